"""Periodic work and jobs. All are safe at any time, twice, or late."""

from celery import shared_task

from assessments.services.attempts import close_overdue
from assessments.services.completion import (
    COMPLETE_FOR_STUDENT,
    COMPLETE_LESSON,
    complete_for_everybody,
    complete_for_student,
)
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


@job_handler(COMPLETE_FOR_STUDENT)
def complete_lessons_of_student(enrollment_id: int) -> None:
    """After a student came back: lessons whose work they have done."""
    complete_for_student(enrollment_id=enrollment_id)


@job_handler(COMPLETE_LESSON)
def complete_lesson_for_everybody(lesson_id: int, cause: str, after: int = 0) -> None:
    """After a change of a lesson or its work: who did enough of it gets the lesson."""
    complete_for_everybody(lesson_id=lesson_id, cause=cause, after=after)
