"""Work after a commit that is never lost.

The cause writes one row in its own transaction. After the commit a worker is told, if there is a
broker; that is only a hint. The sweep finds what nobody ran: a lost hint, a dead worker, a retry.
A job may run more than once, so handlers are safe to run twice.
"""

import logging
import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.hints import worker_hints
from core.models import Job, JobState
from core.querysets import JobQuerySet
from core.registries import Registry

logger = logging.getLogger(__name__)

Handler = TypeVar("Handler", bound=Callable[..., object])

LEASE = timedelta(minutes=2)
"""How long a claim holds. `core.tasks` ends a handler before that."""
FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(hours=1)
MAX_TRIES = 32
"""With these delays about a day: a mail server may be away for a night."""
KEPT_FOR = timedelta(days=30)
"""Until then a job that is asked for again is the same one, and not done twice."""
DEATH = 4
"""A worker's death uses up so many tries: what kills workers is parked within half an hour."""

job_handlers: Registry[Callable[..., object]] = Registry("job handlers")


def job_handler(name: str) -> Callable[[Handler], Handler]:
    """Registers the function that runs jobs of this name; it gets the job's `args` as keywords."""

    def register(handler: Handler) -> Handler:
        job_handlers.register(name, handler)
        return handler

    return register


def enqueue(
    name: str, *, key: str, args: Mapping[str, Any] | None = None, due: datetime | None = None
) -> Job:
    """Writes the job in the caller's transaction, and tells a worker after its commit.

    (name, key) again is the same row, whatever its state, also when two ask at once.
    """
    job = Job(name=name, key=key, arguments=dict(args or {}), due=due or timezone.now())
    Job.objects.bulk_create([job], ignore_conflicts=True)
    stored = Job.objects.get(name=name, key=key)
    if settings.HAS_BROKER and stored.state == JobState.QUEUED and stored.due <= timezone.now():
        transaction.on_commit(partial(worker_hints.tell, stored.pk), robust=True)
    return stored


def run_job(job_id: int) -> bool:
    """Runs one job if it is due and nobody else holds it. True: it ran now, and it is done."""
    job = _claim(Job.objects.filter(pk=job_id))
    return job is not None and _execute(job)


def run_due_jobs(limit: int = 1000, *, seconds: float = 25.0) -> int:
    """The sweep: runs what is due, oldest first, and returns how many jobs it tried.

    Starts no job after `seconds`, so that one sweep ends before the next begins.
    """
    _park_exhausted()
    stop = time.monotonic() + seconds
    tried = 0
    while tried < limit and time.monotonic() < stop:
        job = _claim(Job.objects.all())
        if job is None:
            break
        _execute(job)
        tried += 1
    return tried


def retry_failed(name: str = "") -> int:
    """Queues again what was given up: all of it, or the jobs of one name. Returns how many."""
    failed = Job.objects.filter(state=JobState.FAILED)
    if name:
        failed = failed.filter(name=name)
    return failed.update(state=JobState.QUEUED, tries=0, due=timezone.now(), finished=None)


def forget_done() -> int:
    """Removes jobs that were done long ago; what was given up stays. Returns how many."""
    done = Job.objects.filter(state=JobState.DONE, finished__lt=timezone.now() - KEPT_FOR)
    return done.delete()[0]


def _claim(candidates: JobQuerySet) -> Job | None:
    """Takes the oldest due candidate for one lease, or nothing. One that runs lost its worker.

    Others' claims are skipped where the database can lock rows. Everywhere the number of tries
    guards the update, so that of two claimers one wins.
    """
    with transaction.atomic():
        now = timezone.now()
        due = candidates.claimable(now, MAX_TRIES).order_by("due", "pk")
        job = due.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        unclaimed = Job.objects.due(now).filter(pk=job.pk, tries=job.tries)
        used = DEATH if job.state == JobState.RUNNING else 1
        job.state, job.tries, job.due = JobState.RUNNING, job.tries + used, now + LEASE
        won = unclaimed.update(state=job.state, tries=job.tries, due=job.due)
    return job if won else None


def _execute(job: Job) -> bool:
    """Runs the handler outside of any transaction of ours, and writes down how it ended.

    What a job was told is forgotten once it is done: it may hold a link that signs somebody in.
    """
    try:
        job_handlers[job.name](**job.arguments)
    except Exception as error:  # a handler may fail in any way: the job is tried again later
        logger.exception("Job %s (%s) failed in try %s", job.pk, job.name, job.tries)
        _postpone(job, error)
        return False
    _settle(job, state=JobState.DONE, finished=timezone.now(), last_error="", arguments={})
    return True


def _postpone(job: Job, error: Exception) -> None:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"[:200]
    if job.tries >= MAX_TRIES:
        logger.error("Job %s (%s) is given up after %s tries", job.pk, job.name, job.tries)
        _settle(job, state=JobState.FAILED, finished=timezone.now(), last_error=kind)
    else:
        due = timezone.now() + _delay(job.tries)
        _settle(job, state=JobState.QUEUED, due=due, last_error=kind)


def _settle(job: Job, **values: Any) -> None:
    """Writes the end of this try, unless the lease ended and another worker has the job now."""
    held = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, tries=job.tries)
    if not held.update(**values):
        logger.warning("Job %s (%s) outlived its lease in try %s", job.pk, job.name, job.tries)


def _park_exhausted() -> None:
    now = timezone.now()
    parked = Job.objects.exhausted(now, MAX_TRIES).update(
        state=JobState.FAILED, finished=now, last_error="lease ended"
    )
    if parked:
        logger.error("%s jobs are given up: their workers died", parked)


def _delay(tries: int) -> timedelta:
    """Doubles with each try; the jitter keeps jobs that failed together from coming together."""
    pause = min(FIRST_DELAY * 2.0 ** (tries - 1), LONGEST_DELAY)
    return pause * random.uniform(0.75, 1.25)  # noqa: S311 (spreads load, guards nothing)
