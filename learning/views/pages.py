from django.http import HttpRequest
from wagtail.models import Page

from core.errors import NotFound
from learning.selectors.standing import Place, get_place


def place_of(request: HttpRequest, page: Page) -> Place:
    """What the gate found; in a preview, which passes no gate, read here.

    Raises `NotFound` where the page is in no course.
    """
    place = getattr(request, "place", None) or get_place(request.user, page)
    if place is None:
        raise NotFound
    return place
