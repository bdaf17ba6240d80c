"""The jobs and periodic tasks of the base. All are safe at any time, twice, or late."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from celery import shared_task
from django.core.cache import caches
from django.core.exceptions import ObjectDoesNotExist
from django.core.management import call_command
from django.utils.module_loading import import_string

from core import jobs, mail, publishing
from core.caching import UpsertDatabaseCache
from core.models import JobQueue
from core.task_backend import RUN_TASK

logger = logging.getLogger(__name__)

JOB_SOFT_LIMIT = 100
JOB_HARD_LIMIT = 110
"""Seconds. Both end before `jobs.LEASE` does: nobody else takes a job that still runs here."""


@shared_task(
    name="core.run_job",
    acks_late=True,
    reject_on_worker_lost=True,
    ignore_result=True,
    soft_time_limit=JOB_SOFT_LIMIT,
    time_limit=JOB_HARD_LIMIT,
)
def run_job(job_id: int) -> None:
    """Tries the job once. Its row counts the tries and says when the next one is due."""
    jobs.run_job(job_id)


@shared_task(
    name="core.sweep_jobs",
    acks_late=True,
    ignore_result=True,
    soft_time_limit=JOB_SOFT_LIMIT,
    time_limit=JOB_HARD_LIMIT,
)
def sweep_jobs(queue: str) -> None:
    """Runs what nobody ran: lost hints, dead workers, retries whose pause is over."""
    jobs.run_due_jobs(queue=queue)


@jobs.job_handler(mail.SEND_MAIL, queue=JobQueue.MAIL)
def send_mail(**parts: Any) -> None:
    mail.send_mail(**parts)


@jobs.job_handler(RUN_TASK)
def run_task(task: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Runs a task of `django-tasks`. What was deleted since it was asked for needs it no more."""
    try:
        import_string(task).call(*args, **kwargs)
    except ObjectDoesNotExist:
        logger.info("%s has nothing to do: its object is gone", task)


@shared_task(name="core.publish_scheduled", acks_late=True, ignore_result=True)
def publish_scheduled() -> None:
    """Publishes and ends what authors gave a date to."""
    publishing.publish_scheduled()


@shared_task(name="core.clear_sessions", acks_late=True, ignore_result=True)
def clear_sessions() -> None:
    """Removes sessions that ended."""
    call_command("clearsessions")


@shared_task(name="core.clear_jobs", acks_late=True, ignore_result=True)
def clear_jobs() -> None:
    """Removes what was done long ago."""
    jobs.forget_done()


@shared_task(name="core.clear_cache", acks_late=True, ignore_result=True)
def clear_cache() -> None:
    """Removes what has expired in the database caches."""
    for cache in caches.all():
        if isinstance(cache, UpsertDatabaseCache):
            cache.clear_expired()
