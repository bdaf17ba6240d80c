"""From an address below the catalogue to its page, in one query.

Wagtail walks down the tree with two queries for each part of an address. Here the page is looked
up by its whole path, and Wagtail then serves it with all its hooks. What is not found is left to
Wagtail's own way, and so are redirects and 404.
"""

from django.db.models import Case, IntegerField, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult
from wagtail.views import serve

from learning.models import CourseIndexPage, CoursePage, LessonPage, ModulePage

CATALOGUE = "courses/"
KINDS: dict[int, type[Page]] = {1: CourseIndexPage, 2: CoursePage, 3: ModulePage, 4: LessonPage}


def serve_course_page(request: HttpRequest, path: str) -> HttpResponse:
    """Serves the live page at `courses/<path>`; `path` ends with a slash, or is empty."""
    page = find_page(request, CATALOGUE + path)
    if page is not None:
        request._wagtail_route_for_request = RouteResult(page)
    return serve(request, CATALOGUE + path)


def find_page(request: HttpRequest, path: str) -> Page | None:
    """The live page at this address. A lesson's body is not loaded: it is mostly in the cache."""
    parts = path.strip("/").split("/")
    kind = KINDS.get(len(parts))
    if kind is None:
        return None
    pages = kind.objects.live().filter(
        slug=parts[-1], url_path=Concat(Subquery(_root_paths(request)), Value(path))
    )
    return (pages.defer("body") if kind is LessonPage else pages).first()


def _root_paths(request: HttpRequest) -> QuerySet[Site]:
    """The path of the root page of the site that the request is for; of the default one else."""
    host, _port = split_domain_port(request.get_host())
    port = request.get_port()
    match = Case(
        When(hostname=host, port=int(port) if port.isdecimal() else 0, then=0),
        When(hostname=host, then=1),
        default=2,
        output_field=IntegerField(),
    )
    sites = Site.objects.filter(Q(hostname=host) | Q(is_default_site=True))
    return sites.order_by(match, "pk").values("root_page__url_path")[:1]
