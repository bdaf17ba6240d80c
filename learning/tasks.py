"""Jobs and periodic work. Each is safe to run twice."""

from collections.abc import Mapping

from celery import shared_task

from core.jobs import Steps, job_handler
from core.models import JobQueue
from learning.services.activities import announce_waiting
from learning.services.announcements import announce_lessons
from learning.services.completion import (
    COMPLETE_FOR_STUDENT,
    COMPLETE_LESSON,
    complete_for_everybody,
    complete_for_student,
)
from learning.services.progress import recount_in_steps
from learning.services.structure import (
    RECOUNT_COURSE,
    refresh_marked_structures,
    refresh_stale_structures,
)


@job_handler(RECOUNT_COURSE, queue=JobQueue.HEAVY)
def recount_course(course_id: int, place: int = 0) -> Steps:
    """After a change of what is required: everybody's progress, by what is live now."""
    return recount_in_steps(course_id, after=place)


@shared_task(name="learning.sweep_publications", acks_late=True, ignore_result=True)
def sweep_publications() -> None:
    """Finds what was published while its signals got lost."""
    refresh_marked_structures()
    announce_lessons()
    announce_waiting()


@shared_task(name="learning.check_structures", acks_late=True, ignore_result=True)
def check_structures() -> None:
    """Compares every course with its pages: what changed past all signals is found, too."""
    refresh_stale_structures()


@job_handler(COMPLETE_FOR_STUDENT)
def complete_lessons_of_student(enrollment_id: int) -> None:
    """After a student came back: lessons whose activities they have done."""
    complete_for_student(enrollment_id=enrollment_id)


@job_handler(COMPLETE_LESSON, queue=JobQueue.HEAVY)
def complete_lesson_for_everybody(lesson_id: int, place: Mapping[str, int] | None = None) -> Steps:
    """After a change of a lesson or its activities: students who did enough get the lesson."""
    return complete_for_everybody(lesson_id=lesson_id, **(place or {}))
