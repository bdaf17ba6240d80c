"""The tasks that keep the ground in order. All are safe at any time, twice, or late."""

from typing import Any

from celery import shared_task
from django.core.management import call_command

from core import jobs, mail, publishing

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
def sweep_jobs() -> None:
    """Runs what nobody ran: lost hints, dead workers, retries whose pause is over."""
    jobs.run_due_jobs()


@jobs.job_handler(mail.SEND_MAIL)
def send_mail(**parts: Any) -> None:
    mail.send_mail(**parts)


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
