"""The access rule before every page and file of a course. What it asks: `learning.access`.

Hooked before Wagtail serves anything, so that copies, aliases and moved pages are asked for like
all others. Anonymous visitors are sent to sign in, what is locked says why, and everybody else
without a right finds nothing. Views then ask here for the place that was found.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from wagtail.models import Page

from core.errors import NotFound
from learning.access import PAGE_KINDS, Access, AccessState, get_access
from learning.memberships import Membership, Place, get_place
from learning.models import CourseDocument, CoursePage
from learning.selectors.structure import CourseStructure, build_preview, get_structure

Link = tuple[str, str]
Crumbs = Sequence[Link]


def check_page(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """None for those who may see the page; its place is then at `request.place`, for the view."""
    if type(page) not in PAGE_KINDS:
        return None
    access = get_access(request.user, page, request.arrived_at)
    if access.is_locked and access.place is not None:
        structure = get_structure(access.place.course)
        crumbs = [
            (structure.catalogue_title, structure.catalogue_url),
            (structure.title, structure.url),
        ]
        return show_locked(request, page.title, access, crumbs)
    if not access.is_open:
        return _refuse(request, access)
    request.place = access.place
    return None


def check_document(document: CourseDocument, request: HttpRequest) -> HttpResponse | None:
    """None for those who may download the file."""
    access = get_access(request.user, document, request.arrived_at)
    return None if access.is_open else _refuse(request, access)


def show_locked(
    request: HttpRequest, title: str, access: Access, crumbs: Crumbs, way_on: Link | None = None
) -> HttpResponse:
    """The page of something that is locked: its title and the reasons, nothing of its content.

    `way_on`: to what the reader had begun before and may finish.
    """
    context = {"title": title, "access": access, "crumbs": crumbs, "way_on": way_on}
    response = render(request, "learning/locked.html", context)
    add_never_cache_headers(response)
    return response


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


def _refuse(request: HttpRequest, access: Access) -> HttpResponse:
    if access.state is not AccessState.SIGN_IN:
        raise Http404
    response = redirect_to_login(request.get_full_path())
    add_never_cache_headers(response)
    return response
