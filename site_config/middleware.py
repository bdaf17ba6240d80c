"""What holds for every request. Answers to domain errors are given here and nowhere else."""

import uuid
import zoneinfo
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_cache_control, patch_vary_headers

from core.errors import DomainError, Forbidden, InvalidInput, NotFound
from core.responses import wants_json
from site_config.logs import request_id
from site_config.views import healthz, readyz

GetResponse = Callable[[HttpRequest], HttpResponse]
PROBES = {"/healthz": healthz, "/readyz": readyz}


class RequestIdMiddleware:
    """Notes first when a request arrived, and gives it an id: for logs, answer and error page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.arrived_at = timezone.now()
        request.request_id = uuid.uuid4().hex[:12]
        token = request_id.set(request.request_id)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-Id"] = request.request_id
        return response


class HealthMiddleware:
    """Answers probes before hosts are checked: they call by address, or as `localhost`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = PROBES.get(request.path_info, self.get_response)
        return answer(request)


class PersonalSettingsMiddleware:
    """Shows times in the user's zone and texts in the user's language."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            language = translation.get_language_from_request(request)
            with translation.override(language), timezone.override(None):
                request.LANGUAGE_CODE = language
                response = self.get_response(request)
            patch_vary_headers(response, ["Accept-Language"])
            return response
        request.LANGUAGE_CODE = request.user.language
        zone = zoneinfo.ZoneInfo(request.user.time_zone)
        with translation.override(request.user.language), timezone.override(zone):
            return self.get_response(request)


class PrivateCacheMiddleware:
    """What a signed-in person sees is never kept by a cache between us and them.

    Stands before everything that sets a cookie, so that it sees the cookies of the answer.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        user = getattr(request, "user", None)  # none where the request was refused on the way in
        if response.cookies or (user is not None and user.is_authenticated):
            add_never_cache_headers(response)
            patch_cache_control(response, private=True, no_store=True)
        return response


class DomainErrorMiddleware:
    """Turns a service's refusal into an answer: a page, or JSON where a script asks.

    What is not there looks the same whoever says so, also while developing.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, (NotFound, Forbidden, Http404)):
            if wants_json(request):
                return JsonResponse({"detail": "Not found."}, status=404)
            return render(request, "404.html", status=404)
        if isinstance(exception, OverflowError):  # a number that no row can have, on SQLite
            exception = InvalidInput()
        if not isinstance(exception, DomainError):
            return None
        if wants_json(request):
            field = exception.field or "detail"
            return JsonResponse({field: [str(exception.message)]}, status=exception.status)
        template = "409.html" if exception.status == 409 else "400.html"
        return render(request, template, {"reason": exception.message}, status=exception.status)
