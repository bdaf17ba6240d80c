"""Tells a worker that a job waits. A hint may get lost: the sweep finds the row."""

import logging
import time

from celery import current_app
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)


class WorkerHints:
    """Hints by way of the broker, whose time-outs stand in the settings.

    A broker that is down or hangs is never the caller's error, and nothing is sent twice: the sweep
    comes soon enough. After a failure nothing is sent for a while, so that it costs a request one
    time-out and not one per job.
    """

    pause = 5.0
    """Seconds."""

    def __init__(self) -> None:
        self._quiet_until = 0.0

    def tell(self, job_id: int) -> bool:
        """True: the broker took it."""
        if time.monotonic() < self._quiet_until:
            return False
        try:
            current_app.send_task("core.run_job", args=[job_id], ignore_result=True)
        except (KombuError, OSError) as error:
            self._quiet_until = time.monotonic() + self.pause
            logger.warning("No worker was told of job %s: %s", job_id, type(error).__name__)
            return False
        return True


worker_hints = WorkerHints()
