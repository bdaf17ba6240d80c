from django.http import HttpRequest
from wagtail.models import Page

from core.errors import NotFound
from learning.memberships import Membership, Place, get_place
from learning.models import CoursePage
from learning.selectors.structure import CourseStructure, build_preview, get_structure


def place_of(request: HttpRequest, page: Page) -> Place:
    """What the access rule found; in a preview, which the editor's rights decide, read here.

    A course that is previewed before it is first saved is its own place, and nobody is anything
    in it yet. Raises `NotFound` where the page is in no course.
    """
    if isinstance(page, CoursePage) and page.pk is None:
        return Place(page, module_live=True, membership=Membership())
    place = getattr(request, "place", None) or get_place(request.user, page)
    if place is None:
        raise NotFound
    return place


def structure_of(request: HttpRequest, course: CoursePage) -> CourseStructure:
    """What is live; in a preview of something inside the course also what is not yet."""
    return build_preview(course) if request.is_preview else get_structure(course)
