"""The table of periodic tasks, run by one small process where there is no broker."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from celery import current_app

from core.jobs import list_due_queues, run_due_jobs

logger = logging.getLogger(__name__)


class Schedule:
    """Which tasks are due. All are at the start; then each `every` seconds after its last run."""

    def __init__(
        self, table: Iterable[Mapping[str, Any]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._every = {row["task"]: float(row["every"]) for row in table}
        self._next = dict.fromkeys(self._every, clock())
        self._clock = clock

    def has_due(self) -> bool:
        now = self._clock()
        return any(at <= now for at in self._next.values())

    def take_due(self) -> list[str]:
        now = self._clock()
        due = [name for name, at in self._next.items() if at <= now]
        for name in due:
            self._next[name] = now + self._every[name]
        return due


def run_round(schedule: Schedule, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Runs the due tasks, then the due jobs; between any two it looks whether it shall stop.

    Nothing that fails stops the rest, no crowd of jobs keeps the tasks waiting, and no queue keeps
    the others waiting. True: it left the jobs because tasks are due again.
    """
    for name in schedule.take_due():
        if stopping():
            return False
        run_task(name)
    while queues := _list_due_queues():
        ran = 0
        for queue in queues:
            if stopping():
                return False
            ran += _run_one_job(queue)
            if schedule.has_due():
                return True
        if not ran:
            break
    return False


def run_task(name: str) -> bool:
    """Runs a celery task in this process. Logs what fails; True: it went well."""
    try:
        result = current_app.tasks[name].apply()
    except Exception:  # an unknown name or a broken task: the others still have their turn
        logger.exception("Periodic task %s cannot run", name)
        return False
    if result.failed():
        logger.error("Periodic task %s failed", name, exc_info=result.result)
    return result.successful()


def _list_due_queues() -> list[str]:
    try:
        return list_due_queues()
    except Exception:  # the database may be away for a while: the next round looks again
        logger.exception("Due jobs cannot run")
        return []


def _run_one_job(queue: str) -> int:
    try:
        return run_due_jobs(limit=1, queue=queue)
    except Exception:  # as above
        logger.exception("Due jobs cannot run")
        return 0
