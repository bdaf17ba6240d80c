"""Tells a worker that a job waits. A hint may get lost: the sweep finds the row."""

import logging

from celery import current_app
from kombu.exceptions import KombuError

from core.circuit_breaker import CircuitBreaker

logger = logging.getLogger(__name__)


class WorkerHints:
    """Hints by way of the broker, whose time-outs stand in the settings.

    A broker that is down or hangs is never the caller's error, and nothing is sent twice: the sweep
    comes soon enough. After a failure nothing is sent for a while.
    """

    def __init__(self) -> None:
        self.breaker = CircuitBreaker()

    def tell(self, job_id: int, queue: str) -> bool:
        """True: the broker took it."""
        if self.breaker.is_open:
            return False
        try:
            current_app.send_task("core.run_job", args=[job_id], queue=queue, ignore_result=True)
        except (KombuError, OSError) as error:
            self.breaker.trip()
            logger.warning("No worker was told of job %s: %s", job_id, type(error).__name__)
            return False
        return True


worker_hints = WorkerHints()
