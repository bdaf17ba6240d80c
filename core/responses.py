"""How a finished POST answers: pages go on to the next page, scripts get a short body."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

View = Callable[..., HttpResponse]


class HttpResponseSeeOther(HttpResponseRedirect):
    """303: whatever the method was, the next request is a GET."""

    status_code = 303


def wants_json(request: HttpRequest) -> bool:
    """True where the client asks for JSON rather than for a page. `*/*` alone asks for a page."""
    preferred = request.get_preferred_type(["text/html", "application/json"])
    return preferred == "application/json"


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def done(
    request: HttpRequest, url: str, body: Mapping[str, Any], *, fragment: str | None = None
) -> HttpResponse:
    """303 to `url`; asked by script 200 with `body` as JSON.

    htmx swaps `fragment` (rendered HTML) in, or without one is sent to `url`.
    """
    if wants_json(request):
        return JsonResponse(dict(body))
    if is_htmx(request):
        if fragment is not None:
            return HttpResponse(fragment)
        return JsonResponse(dict(body), headers={"HX-Redirect": url})
    return HttpResponseSeeOther(url)


def say_taken(request: HttpRequest, words: str) -> None:
    """Tells on the next page that what a form held is stored. The browser then forgets it."""
    messages.success(request, words, extra_tags="taken")


def post_required(page: str, *keys: str) -> Callable[[View], View]:
    """A POST for people who are signed in, from the page of that name with these keyword arguments.

    Others sign in first, and then see the page: the POST itself can't be asked for again.
    """

    def decorate(view: View) -> View:
        @require_POST
        @wraps(view)
        def handle(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(reverse(page, args=[kwargs[key] for key in keys]))
            return view(request, **kwargs)

        return handle

    return decorate
