"""The way back from the pages of work."""

from django.urls import reverse
from django.utils.translation import gettext as _

from learning.models import CoursePage

Crumb = tuple[str, str]


def crumbs_to_course(course: CoursePage) -> list[Crumb]:
    """The course, where it has a page."""
    return [(course.title, course.url)] if course.url else []


def crumbs_to_work(course: CoursePage) -> list[Crumb]:
    """The course, and the list of its work."""
    work = (_("Course work"), reverse("course_work", args=[course.pk]))
    return [*crumbs_to_course(course), work]
