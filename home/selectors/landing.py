"""What the landing page shows besides its own words."""

from django.db.models import Prefetch

from learning.models import CoursePage, CourseTeam

COURSES_SHOWN = 6


def get_featured_courses() -> list[CoursePage]:
    """The newest courses that one can look at, each with its lead teachers."""
    leads = CourseTeam.objects.leading().select_related("user")
    return list(
        CoursePage.objects.visible()
        .select_related("subject", "picture")
        .prefetch_related(Prefetch("team", queryset=leads))
        .order_by("-first_published_at", "pk")[:COURSES_SHOWN]
    )
