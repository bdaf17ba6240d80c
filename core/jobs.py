"""Work after a commit that is never lost.

The cause writes one row in its own transaction. After the commit a worker is told, if there is a
broker; that is only a hint. The sweep finds what nobody ran: a lost hint, a dead worker, a retry.
A job may run more than once, so handlers are safe to run twice.

A handler that takes longer than a few seconds is a generator: it yields a `Step` after each chunk
of its work. Then its lease is renewed and its progress stored, and after `SLICE` seconds other
jobs have their turn before it goes on. After a failure or a killed worker it goes on, too.
"""

import logging
import random
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import KombuError

from core.circuit_breaker import CircuitBreaker
from core.models import Job, JobQueue, JobState
from core.querysets import JobQuerySet
from core.registries import Registry

logger = logging.getLogger(__name__)

Handler = TypeVar("Handler", bound=Callable[..., object])

LEASE = timedelta(minutes=2)
"""How long a claim holds. `core.tasks` ends a handler before that, or a step renews it."""
SLICE = 5.0
"""Seconds that a long job works before others of its queue have their turn."""
FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(hours=1)
MAX_TRIES = 32
"""With these delays about a day: a mail server may be away for a night."""
KEPT_FOR = timedelta(days=30)
"""Until then a job that is asked for again is the same one, and not done twice."""
DEATH = 4
"""A worker's death uses up so many tries: what kills workers is parked within half an hour."""


@dataclass(frozen=True)
class JobHandler:
    """The function that runs jobs of one name, and the queue that they wait in."""

    function: Callable[..., object]
    queue: str = JobQueue.DEFAULT


@dataclass(frozen=True)
class Step:
    """How far a long job has come. It goes on with `place` (JSON) as a keyword of its handler."""

    place: Any
    done: int
    total: int | None = None


Steps = Generator[Step, None, None]
"""What a handler of a long job returns."""

job_handlers: Registry[JobHandler] = Registry("job handlers")


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


class LeaseLostError(Exception):
    """Another worker has the job now: this one worked too long without a step."""


def job_handler(name: str, *, queue: str = JobQueue.DEFAULT) -> Callable[[Handler], Handler]:
    """Registers the function that runs jobs of this name; it gets the job's `args` as keywords."""

    def register(handler: Handler) -> Handler:
        job_handlers.register(name, JobHandler(handler, queue))
        return handler

    return register


@transaction.atomic(savepoint=False)
def enqueue(
    name: str,
    *,
    key: str,
    args: Mapping[str, Any] | None = None,
    due: datetime | None = None,
    again: bool = False,
) -> Job:
    """Writes the job in the caller's transaction, and tells a worker after its commit.

    (name, key) is the same row also when two ask at once. A row that has run, or runs now, stays
    as it is, unless `again`: then it runs once more from the beginning, and sees what the caller
    committed. One that only waits runs once, however often it was asked for. The same key must
    mean the same `args`.
    """
    wanted = _build(name, key, args, due)
    Job.objects.bulk_create([wanted], ignore_conflicts=True)
    if again:
        stored = Job.objects.select_for_update().get(name=name, key=key)
        _ask_again(stored, wanted)
    else:
        stored = Job.objects.get(name=name, key=key)
    _tell_after_commit([stored])
    return stored


@transaction.atomic(savepoint=False)
def enqueue_many(name: str, args_by_key: Mapping[str, Mapping[str, Any]]) -> None:
    """Like `enqueue` for each, in a bounded number of queries."""
    wanted = [_build(name, key, args, None) for key, args in args_by_key.items()]
    Job.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=500)
    if settings.HAS_BROKER:
        _tell_after_commit(Job.objects.filter(name=name, key__in=args_by_key))


def run_job(job_id: int) -> bool:
    """Runs one job if it is due and nobody else holds it. True: it ran now, and it is done."""
    job = _claim(Job.objects.filter(pk=job_id))
    return job is not None and _execute(job)


def run_due_jobs(limit: int = 1000, *, seconds: float = 25.0, queue: str | None = None) -> int:
    """The sweep: runs what is due, oldest first, and returns how many jobs it tried.

    Starts no job after `seconds`, so that one sweep ends before the next begins.
    """
    candidates = Job.objects.all() if queue is None else Job.objects.filter(queue=queue)
    _park_exhausted()
    stop = time.monotonic() + seconds
    tried = 0
    while tried < limit and time.monotonic() < stop:
        job = _claim(candidates)
        if job is None:
            break
        _execute(job)
        tried += 1
    return tried


def list_due_queues() -> list[str]:
    """The queues in which something waits to be run now."""
    due = Job.objects.due(timezone.now())
    return list(due.order_by("queue").values_list("queue", flat=True).distinct())


def run_steps(steps: Iterable[Step]) -> None:
    """Runs all of a long handler's work now, for commands and tests."""
    for _step in steps:
        continue


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


# -- Asking -------------------------------------------------------------------------------------
def _build(name: str, key: str, args: Mapping[str, Any] | None, due: datetime | None) -> Job:
    handler = job_handlers.get(name)
    return Job(
        name=name,
        key=key,
        queue=handler.queue if handler else JobQueue.DEFAULT,
        arguments=dict(args or {}),
        due=due or timezone.now(),
    )


def _ask_again(stored: Job, wanted: Job) -> None:
    """The caller holds the row's lock until its commit: no worker begins with older data."""
    if stored.state in {JobState.DONE, JobState.FAILED}:
        stored.state, stored.tries, stored.finished = JobState.QUEUED, 0, None
        stored.arguments, stored.due, stored.place = wanted.arguments, wanted.due, None
    elif stored.state == JobState.RUNNING or stored.place is not None:
        stored.again = True
    else:
        stored.due = min(stored.due, wanted.due)
    stored.save()


def _tell_after_commit(jobs: Iterable[Job]) -> None:
    if not settings.HAS_BROKER:
        return
    now = timezone.now()
    for job in jobs:
        if job.state == JobState.QUEUED and job.due <= now:
            transaction.on_commit(partial(worker_hints.tell, job.pk, job.queue), robust=True)


# -- Running ------------------------------------------------------------------------------------
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
    """Runs the handler outside of any transaction of ours, and writes down how it ended."""
    try:
        is_over = _run(job)
    except LeaseLostError:
        _warn_of_lost_lease(job)
        return False
    except Exception as error:  # a handler may fail in any way: the job is tried again later
        logger.exception("Job %s (%s) failed in try %s", job.pk, job.name, job.tries)
        _postpone(job, error)
        return False
    if is_over:
        _finish(job)
    else:
        _queue_again(job)
    return is_over


def _run(job: Job) -> bool:
    """False: the job has more to do, and others have their turn first."""
    place = {} if job.place is None else {"place": job.place}
    steps = job_handlers[job.name].function(**job.arguments, **place)
    if not isinstance(steps, Generator):
        return True
    stop = time.monotonic() + SLICE
    with closing(steps):
        for step in steps:
            _keep(job, step)
            if time.monotonic() >= stop:
                return False
    return True


def _keep(job: Job, step: Step) -> None:
    """Stores how far the job has come, and holds it for another lease."""
    due = timezone.now() + LEASE
    kept = _held(job).update(
        place=step.place, steps_done=step.done, steps_total=step.total, due=due
    )
    if not kept:
        raise LeaseLostError
    job.place, job.due = step.place, due


def _finish(job: Job) -> None:
    """What a job was told is forgotten once it is done: it may hold a link that signs people in.

    A job that was asked for again meanwhile is queued instead.
    """
    over = {"state": JobState.DONE, "finished": timezone.now(), "arguments": {}}
    if _held(job).filter(again=False).update(**over, last_error="", place=None):
        return
    _queue_again(job, again=False, last_error="", place=None)


def _queue_again(job: Job, **values: Any) -> None:
    """At once, after whatever is due already. It has not failed: its tries count anew."""
    queued = {"state": JobState.QUEUED, "tries": 0, "due": timezone.now()}
    if not _held(job).update(**queued, **values):
        _warn_of_lost_lease(job)
    elif settings.HAS_BROKER:
        worker_hints.tell(job.pk, job.queue)


def _postpone(job: Job, error: Exception) -> None:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"[:200]
    if job.tries >= MAX_TRIES:
        logger.error("Job %s (%s) is given up after %s tries", job.pk, job.name, job.tries)
        values: dict[str, Any] = {"state": JobState.FAILED, "finished": timezone.now()}
        values["again"] = False
    else:
        values = {"state": JobState.QUEUED, "due": timezone.now() + _delay(job.tries)}
    if not _held(job).update(**values, last_error=kind):
        _warn_of_lost_lease(job)


def _held(job: Job) -> JobQuerySet:
    """The row, unless the lease ended and another worker has the job now."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, tries=job.tries, due=job.due)


def _warn_of_lost_lease(job: Job) -> None:
    logger.warning("Job %s (%s) outlived its lease in try %s", job.pk, job.name, job.tries)


def _park_exhausted() -> None:
    now = timezone.now()
    parked = Job.objects.exhausted(now, MAX_TRIES).update(
        state=JobState.FAILED, finished=now, last_error="lease ended", again=False
    )
    if parked:
        logger.error("%s jobs are given up: their workers died", parked)


def _delay(tries: int) -> timedelta:
    """Doubles with each try; the jitter keeps jobs that failed together from coming together."""
    pause = min(FIRST_DELAY * 2.0 ** (tries - 1), LONGEST_DELAY)
    return pause * random.uniform(0.75, 1.25)  # noqa: S311 (spreads load, guards nothing)
