import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from core.responses import done, wants_json

BODY = {"saved": True}


def answer(fragment: str | None = None, **headers: str) -> HttpResponse:
    request = RequestFactory().post("/", headers=headers)
    return done(request, "/next/", BODY, fragment=fragment)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/json", True),
        ("application/json, text/plain, */*", True),
        ("application/json;q=0.9,text/html;q=0.1", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("text/html, application/json", False),
        ("*/*", False),
        ("image/png", False),
    ],
)
def test_json_is_wanted_only_where_it_is_asked_for(accept: str, expected: bool) -> None:
    request = RequestFactory().get("/", headers={"Accept": accept})
    assert wants_json(request) is expected


def test_json_is_not_wanted_without_an_accept_header() -> None:
    assert not wants_json(RequestFactory().get("/"))


def test_done_for_a_page_goes_on_with_303() -> None:
    response = answer(accept="text/html")
    assert (response.status_code, response["Location"]) == (303, "/next/")


def test_done_for_a_script_is_a_short_body() -> None:
    response = answer(accept="application/json")
    assert (response.status_code, json.loads(response.content)) == (200, BODY)


def test_done_for_htmx_swaps_the_fragment() -> None:
    response = answer("<b>ok</b>", **{"HX-Request": "true", "Accept": "*/*"})
    assert (response.status_code, response.content) == (200, b"<b>ok</b>")
    assert "HX-Redirect" not in response


def test_done_for_htmx_without_a_fragment_goes_on() -> None:
    response = answer(**{"HX-Request": "true", "Accept": "*/*"})
    assert (response.status_code, response["HX-Redirect"]) == (200, "/next/")
    assert json.loads(response.content) == BODY
