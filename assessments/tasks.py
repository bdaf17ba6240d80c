"""Periodic work and jobs. All are safe at any time, twice, or late."""

from celery import shared_task

from assessments.services.attempts import close_overdue
from assessments.services.completion import COMPLETE_LESSON, complete_for_everybody
from assessments.services.publication import announce_lost
from core.jobs import job_handler


@shared_task(name="assessments.submit_overdue_attempts", acks_late=True, ignore_result=True)
def submit_overdue_attempts() -> None:
    """Hands in the attempts whose time is over."""
    close_overdue()


@shared_task(name="assessments.sweep_publications", acks_late=True, ignore_result=True)
def sweep_publications() -> None:
    """Announces published work whose announcement got lost."""
    announce_lost()


@job_handler(COMPLETE_LESSON)
def complete_lesson_for_everybody(lesson_id: int, cause: str, after: int = 0) -> None:
    """After a change of a lesson or its work: who did enough of it gets the lesson."""
    complete_for_everybody(lesson_id=lesson_id, cause=cause, after=after)
