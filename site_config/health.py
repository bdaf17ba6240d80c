"""Is the process up; can it work. The cache is left out: without it the academy is only slower."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The database is reachable and every migration is applied; else 503."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("database unreachable", content_type="text/plain", status=503)
    if pending:
        return HttpResponse("migrations pending", content_type="text/plain", status=503)
    return HttpResponse("ready", content_type="text/plain")


PROBES = {"/healthz": healthz, "/readyz": readyz}


class HealthMiddleware:
    """Answers probes before hosts are checked: they call by address, or as `localhost`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = PROBES.get(request.path_info, self.get_response)
        return answer(request)
