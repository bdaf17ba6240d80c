from django.http import HttpRequest
from wagtail.models import Page

from core.errors import NotFound
from learning.models import CoursePage
from learning.selectors.standing import Place, Standing, get_place


def place_of(request: HttpRequest, page: Page) -> Place:
    """What the gate found; in a preview, which passes no gate, read here.

    A course that is previewed before it is first saved is its own place, and nobody is anything
    in it yet. Raises `NotFound` where the page is in no course.
    """
    if isinstance(page, CoursePage) and page.pk is None:
        return Place(page, module_live=True, standing=Standing())
    place = getattr(request, "place", None) or get_place(request.user, page)
    if place is None:
        raise NotFound
    return place
