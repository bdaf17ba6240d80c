"""Tells a worker that a job waits. A hint may get lost: the sweep finds the row."""

import logging
import time

from celery import current_app
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds without hints after one failed: a hung broker costs one time-out, not one per job."""

_quiet_until = 0.0


def tell_worker(job_id: int) -> None:
    """Never raises for a broker that is down or hangs; its time-outs stand in the settings."""
    global _quiet_until  # noqa: PLW0603 (one figure per process, a race costs one more try)
    if time.monotonic() < _quiet_until:
        return
    try:
        current_app.send_task("core.run_job", args=[job_id], ignore_result=True)
    except (KombuError, OSError) as error:
        _quiet_until = time.monotonic() + PAUSE
        logger.warning("No worker was told of job %s: %s", job_id, type(error).__name__)
