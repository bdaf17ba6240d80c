"""Jobs and periodic work of the learning floor. Each is safe to run twice."""

from celery import shared_task

from core.jobs import job_handler
from learning.services.progress import recount_course
from learning.services.publication import announce_lessons
from learning.services.structure import refresh_stale_structures


@job_handler("learning.recount_course")
def run_recount_course(course_id: int) -> None:
    """Mends everybody's progress by what is live now, whatever has changed since."""
    recount_course(course_id)


@shared_task(name="learning.sweep_publications", acks_late=True, ignore_result=True)
def sweep_publications() -> None:
    """Finds what was published while its signals got lost."""
    refresh_stale_structures()
    announce_lessons()
