"""Periodic work. Safe at any time, twice, or late."""

from celery import shared_task

from assessments.services.attempts import close_overdue


@shared_task(name="assessments.submit_overdue_attempts", acks_late=True, ignore_result=True)
def submit_overdue_attempts() -> None:
    """Hands in the attempts whose time is over."""
    close_overdue()
