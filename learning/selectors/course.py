"""What a course's own page shows beside its outline."""

from learning.models import CoursePage, CourseTeam


def list_lead_names(course: CoursePage) -> list[str]:
    """Who leads the course, by the name that everybody sees. One query."""
    leads = CourseTeam.objects.leading().filter(course_id=course.pk)
    return [row.user.display_name for row in leads.select_related("user")]
