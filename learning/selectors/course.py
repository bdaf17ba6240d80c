"""What a course's own page shows beside its outline."""

from learning.models import CoursePage, CourseTeam
from learning.selectors.outline import Outline
from learning.selectors.standing import Standing


def list_lead_names(course: CoursePage) -> list[str]:
    """Who leads the course, by the name that everybody sees. One query."""
    leads = CourseTeam.objects.leading().filter(course_id=course.pk)
    return [row.user.display_name for row in leads.select_related("user")]


def get_continue_url(standing: Standing, outline: Outline) -> str:
    """Where a student goes on: the lesson they were in, if it is open still, else the next one.

    Empty for everybody else, and for a course without lessons.
    """
    if not standing.is_reading or standing.enrollment is None or not outline.structure.lessons:
        return ""
    last = outline.structure.find_lesson(standing.enrollment.last_lesson_id or 0)
    if last is not None and last.id not in outline.done_ids:
        return last.url
    entry = outline.next_lesson or outline.structure.lessons[0]
    return entry.url
