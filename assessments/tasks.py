"""Periodic work. Both are safe at any time, twice, or late."""

from celery import shared_task

from assessments.services.attempts import close_overdue
from assessments.services.publication import announce_lost


@shared_task(name="assessments.submit_overdue_attempts", acks_late=True, ignore_result=True)
def submit_overdue_attempts() -> None:
    """Hands in the attempts whose time is over."""
    close_overdue()


@shared_task(name="assessments.sweep_publications", acks_late=True, ignore_result=True)
def sweep_publications() -> None:
    """Announces published work whose announcement got lost."""
    announce_lost()
