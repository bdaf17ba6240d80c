"""What stands before all views of the CMS.

Isolation of courses: nobody but administrators reaches what their courses do not hold. The
permission policies decide in Wagtail's own views; an address or a parameter under the CMS that
names a page, picture or file which the person may not see is answered like one that does not
exist, also in views that forget to ask. And the queue of those who decide about one page at once.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import ResolverMatch, reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.permissions import policy_registry

from accounts.permissions import is_administrator
from core.parsing import LARGEST_KEY, parse_key
from learning.models import CourseDocument, CourseImage
from learning.models.tree import site_paths
from learning.policies import may_explore, may_see_files

PAGE_KWARGS = ("page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk")
PAGE_PK_NAMESPACES = ("wagtailadmin_pages", "wagtailadmin_api:pages")
"""Where `pk` is a page's key."""
PAGE_PARAMETERS = (
    "new_parent_page",
    "parent_page",
    "parent_page_id",
    "childOf",
    "target_pages[]",
    "chooser",
)
FILE_KWARGS = {
    "wagtailadmin_api:images": (CourseImage, ("pk",)),
    "wagtailadmin_api:documents": (CourseDocument, ("pk",)),
    "wagtailimages": (CourseImage, ("image_id",)),
    "wagtailimages_chooser": (CourseImage, ("image_id", "pk")),
    "wagtaildocs": (CourseDocument, ("document_id", "doc_id")),
    "wagtaildocs_chooser": (CourseDocument, ("document_id", "pk")),
}
BULK_MODELS = {
    ("wagtailcore", "page"): Page,
    ("learning", "courseimage"): CourseImage,
    ("learning", "coursedocument"): CourseDocument,
}
OPEN_REPORTS = ("workflow", "workflow_results", "workflow_tasks", "workflow_tasks_results")
EVERYTHING = "all"
SEARCHES = ("q", "search")
LONGEST_KEY = len(str(LARGEST_KEY))

View = Callable[..., HttpResponse]


class CourseIsolationMiddleware:
    """Stands in `MIDDLEWARE` after authentication. Also opens the request's `site_paths`.

    Keys that no row can have are refused at every address, by anybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.home = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = site_paths.set([])
        try:
            return self.get_response(request)
        finally:
            site_paths.reset(token)

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None:
            return None
        keys = match.kwargs.values()
        if any(isinstance(key, int) and key > LARGEST_KEY for key in keys):
            raise Http404
        if not request.path.startswith(self.home):
            return None
        if any(_is_impossible(str(key)) for key in keys) or _asks_for_impossible(request.GET):
            raise Http404
        user = request.user
        if not user.is_authenticated or user.is_superuser or is_administrator(user):
            return None
        if _is_closed(match) or not _may_pass(request, match):
            raise Http404
        if match.view_name == "wagtailadmin_choose_page":
            return _start_chooser_at_own_root(request, view)
        return None


class OneDecisionMiddleware:
    """Stands in `MIDDLEWARE` after course isolation: a version in moderation is decided once.

    Wagtail looks whether a page waits for a decision, and later decides. Two at once, such as a
    double click, would both find it waiting: so they queue here, and the second is told.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not _is_decision(request) or not request.user.is_authenticated:
            return None
        with transaction.atomic():
            page = Page.objects.select_for_update().filter(pk=kwargs["page_id"]).first()
            if page is None or page.current_workflow_task is not None:
                return view(request, *args, **kwargs)
        messages.warning(request, _("This was already decided. Nothing was changed."))
        return redirect("wagtailadmin_pages:edit", page.pk)


def _is_decision(request: HttpRequest) -> bool:
    match = request.resolver_match
    if request.method != "POST" or match is None:
        return False
    if match.view_name == "wagtailadmin_pages:edit":
        return "action-workflow-action" in request.POST
    return bool(match.view_name == "wagtailadmin_pages:workflow_action")


def _asks_for_impossible(parameters: QueryDict) -> bool:
    """A number that no row can have: some databases answer it with an error, and we with 404."""
    asked = ((name, value) for name, given in parameters.lists() for value in given)
    return any(_is_impossible(value) for name, value in asked if name not in SEARCHES)


def _is_impossible(text: str) -> bool:
    return len(text) >= LONGEST_KEY and text.isdecimal() and parse_key(text) is None


def _is_closed(match: ResolverMatch) -> bool:
    """Reports over the whole site."""
    return match.namespace == "wagtailadmin_reports" and match.url_name not in OPEN_REPORTS


def _may_pass(request: HttpRequest, match: ResolverMatch) -> bool:
    pages = set(_named_pages(request, match))
    if pages and not may_explore(request.user, pages):
        return False
    return all(
        may_see_files(request.user, model, files) for model, files in _named_files(request, match)
    )


def _named_pages(request: HttpRequest, match: ResolverMatch) -> Iterator[int]:
    names = [*PAGE_KWARGS, "pk"] if match.namespace in PAGE_PK_NAMESPACES else PAGE_KWARGS
    yield from _numbers(match.kwargs[name] for name in names if name in match.kwargs)
    if not match.view_name.startswith("wagtail"):
        return
    for parameters in (request.GET, request.POST):
        for name in PAGE_PARAMETERS:
            yield from _numbers(parameters.getlist(name))
    if match.view_name == "wagtailadmin_choose_page_chosen_multiple":
        yield from _numbers(request.GET.getlist("id"))
    if _bulk_model(match) is Page:
        yield from _bulk_pages(request.GET)


def _bulk_pages(parameters: QueryDict) -> Iterator[int]:
    """Of “all”, too: Wagtail would name the pages that it then refuses to change."""
    ids = parameters.getlist("id")
    if EVERYTHING not in ids:
        yield from _numbers(ids)
        return
    parent = Page.objects.filter(pk__in=_numbers(parameters.getlist("childOf"))).first()
    pages = parent.get_descendants() if parent is not None else Page.objects.all()
    yield from pages.values_list("pk", flat=True)


def _named_files(request: HttpRequest, match: ResolverMatch) -> Iterator[tuple[Any, set[int]]]:
    if match.namespace in FILE_KWARGS:
        model, names = FILE_KWARGS[match.namespace]
        yield model, set(_numbers(match.kwargs[name] for name in names if name in match.kwargs))
    model = _bulk_model(match)
    if model in (CourseImage, CourseDocument):
        yield model, set(_numbers(request.GET.getlist("id")))


def _bulk_model(match: ResolverMatch) -> Any:
    if match.view_name != "wagtail_bulk_action":
        return None
    return BULK_MODELS.get((match.kwargs["app_label"], match.kwargs["model_name"]))


def _numbers(values: Iterable[Any]) -> Iterator[int]:
    """Raises `Http404` for what is no number: there is nothing under such a key."""
    for value in values:
        if value in ("", EVERYTHING):
            continue
        key = parse_key(value)
        if key is None:
            raise Http404
        yield key


def _start_chooser_at_own_root(request: HttpRequest, view: View) -> HttpResponse:
    """Wagtail starts at the common ancestor of all pages of a type, whoever may see it."""
    root = policy_registry.get_by_type(Page).explorable_root_instance(request.user)
    if root is None:
        raise Http404
    return view(request, parent_page_id=root.pk)
