"""The gate before every page and file of a course. What it asks: `learning.permissions`.

Hooked before Wagtail serves anything, so that copies, aliases and moved pages pass it like all
others. Anonymous visitors are sent to sign in, everybody else without a right finds nothing.
"""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from wagtail.models import Page

from learning.models import CourseDocument, CoursePage, LessonPage, ModulePage
from learning.permissions import can_download_document, can_view_page, is_open
from learning.selectors.standing import Place, get_place

GATED = (CoursePage, ModulePage, LessonPage)


def check_page(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """Lets through who may see the page, and leaves its place for the view at `request.place`."""
    if not isinstance(page, GATED):
        return None
    place = get_place(request.user, page)
    if place is None or not can_view_page(request.user, page, place=place):
        return _turn_away(request, knows=place is not None and is_known(page, place))
    request.place = place
    return None


def check_document(document: CourseDocument, request: HttpRequest) -> HttpResponse | None:
    """Lets through who may download the file."""
    if can_download_document(request.user, document):
        return None
    return _turn_away(request, knows=True)


def is_known(page: Page, place: Place) -> bool:
    """The syllabus of an open course tells everybody that this page exists."""
    return bool(page.live) and place.module_live and is_open(place.course)


def _turn_away(request: HttpRequest, *, knows: bool) -> HttpResponse:
    if request.user.is_authenticated or not knows:
        raise Http404
    response = redirect_to_login(request.get_full_path())
    add_never_cache_headers(response)
    return response
