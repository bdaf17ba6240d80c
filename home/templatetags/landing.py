from django import template
from django.db.models import Prefetch

from learning.models import CoursePage, CourseTeam

COURSES_SHOWN = 6
register = template.Library()


@register.simple_tag
def featured_courses() -> list[CoursePage]:
    """The newest courses that one can look at, each with its lead teachers.

    A tag, so that the CMS preview of the landing page shows them too.
    """
    leads = CourseTeam.objects.leading().select_related("user")
    return list(
        CoursePage.objects.visible()
        .select_related("subject", "picture")
        .prefetch_related(Prefetch("team", queryset=leads))
        .order_by("-first_published_at", "pk")[:COURSES_SHOWN]
    )
