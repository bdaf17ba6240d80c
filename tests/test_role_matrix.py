"""Every address of the academy, tried by every role. An address without a row fails the run."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.world import ROLES, SECRET, World

SIGN_IN = "sign-in"
Expected = int | str
Row = tuple[str, str, Callable[[World], tuple[str, dict[str, Any]]], tuple[Expected, ...]]


def at(name: str, find: Callable[[World], Any] | None = None, *more: Any, **data: Any) -> Any:
    """The address `name` of what `find` picks from the world, and what is posted there."""

    def build(world: World) -> tuple[str, dict[str, Any]]:
        arguments = [find(world).pk, *more] if find else list(more)
        return reverse(name, args=arguments), data

    return build


def page(find: Callable[[World], Any]) -> Any:
    return lambda world: (find(world).get_url(), {})


def option(world: World) -> tuple[str, dict[str, Any]]:
    version = world.attempt.items.get(position=1).version
    url = reverse("attempt_answer", args=[world.attempt.pk, 1])
    return url, {"choice": version.content["options"][0]["id"]}


EVERYBODY = (200,) * 7
INSIDE = (SIGN_IN, 404, 404, 200, 404, 200, 200)
STAFF = (SIGN_IN, 404, 404, 404, 404, 200, 200)
OWNER = (SIGN_IN, 404, 404, 200, 404, 404, 404)
OWNER_GOES_ON = (SIGN_IN, 404, 404, 303, 404, 404, 404)
SIGNED_IN = (SIGN_IN, 200, 200, 200, 200, 200, 200)

# name of the address, method, what is asked for, and the answers in the order of ROLES
ROWS: list[Row] = [
    ("wagtail_serve", "get", lambda w: ("/", {}), EVERYBODY),
    ("course_tree", "get", lambda w: ("/courses/", {}), EVERYBODY),
    ("course_tree", "get", page(lambda w: w.course), EVERYBODY),
    ("course_tree", "get", page(lambda w: w.module), INSIDE),
    ("course_tree", "get", page(lambda w: w.lesson), INSIDE),
    ("course_tree", "get", lambda w: ("/courses/no-such-course/", {}), (404,) * 7),
    ("module_outline", "get", at("module_outline", lambda w: w.module), EVERYBODY),
    ("enroll_course", "post", at("enroll_course", lambda w: w.course),
     (SIGN_IN, 303, 303, 303, 404, 404, 404)),
    ("enroll_course", "get", at("enroll_course", lambda w: w.course), (405,) * 7),
    ("leave_course", "post", at("leave_course", lambda w: w.course),
     (SIGN_IN, 404, 303, 303, 404, 404, 404)),
    ("complete_lesson", "post", at("complete_lesson", lambda w: w.lesson), OWNER_GOES_ON),
    ("complete_lesson", "get", at("complete_lesson", lambda w: w.lesson), (405,) * 7),
    ("reopen_lesson", "post", at("reopen_lesson", lambda w: w.lesson), OWNER_GOES_ON),
    ("wagtaildocs_serve", "get", lambda w: (w.document.url, {}), INSIDE),
    ("activity", "get", at("activity", lambda w: w.quiz),
     (SIGN_IN, 404, 404, 302, 404, 302, 302)),
    ("course_work", "get", at("course_work", lambda w: w.course), INSIDE),
    ("submission_queue", "get", at("submission_queue", lambda w: w.course), STAFF),
    ("quiz", "get", at("quiz", lambda w: w.quiz), INSIDE),
    ("quiz_start", "post", at("quiz_start", lambda w: w.quiz), OWNER_GOES_ON),
    ("quiz_start", "get", at("quiz_start", lambda w: w.quiz), (405,) * 7),
    ("attempt", "get", at("attempt", lambda w: w.attempt), OWNER),
    ("attempt_answer", "post", option, OWNER_GOES_ON),
    ("attempt_submit", "post", at("attempt_submit", lambda w: w.attempt), OWNER_GOES_ON),
    ("attempt_result", "get", at("attempt_result", lambda w: w.result), INSIDE),
    ("assignment", "get", at("assignment", lambda w: w.assignment), INSIDE),
    ("assignment", "post", at("assignment", lambda w: w.assignment, text="Again"), OWNER_GOES_ON),
    ("submission_grade", "get", at("submission_grade", lambda w: w.submission), STAFF),
    ("submission_grade", "post",
     at("submission_grade", lambda w: w.submission, points="7", feedback="Well", version="0"),
     (SIGN_IN, 404, 404, 404, 404, 303, 303)),
    ("submission_file", "get", at("submission_file", lambda w: w.submission), INSIDE),
    ("notifications", "get", at("notifications"), SIGNED_IN),
    ("notification_read", "post", at("notification_read", lambda w: w.notification),
     OWNER_GOES_ON),
    ("notifications_read_all", "post", at("notifications_read_all"), (SIGN_IN, *(303,) * 6)),
    ("dashboard", "get", at("dashboard"), (SIGN_IN, *(302,) * 6)),
    ("dashboard_student", "get", at("dashboard_student"),
     (SIGN_IN, 200, 200, 200, 404, 404, 404)),
    ("dashboard_teacher", "get", at("dashboard_teacher"),
     (SIGN_IN, 404, 404, 404, 200, 200, 200)),
    ("dashboard_admin", "get", at("dashboard_admin"), (SIGN_IN, *(404,) * 5, 200)),
    ("account_profile", "get", at("account_profile"), SIGNED_IN),
    ("account_email", "get", at("account_email"), SIGNED_IN),
    ("account_change_password", "get", at("account_change_password"), SIGNED_IN),
    ("account_set_password", "get", at("account_set_password"), (SIGN_IN, *(302,) * 6)),
    ("account_reauthenticate", "get", at("account_reauthenticate"), SIGNED_IN),
    ("account_login", "get", at("account_login"), (200, *(302,) * 6)),
    ("account_signup", "get", at("account_signup"), (200, *(302,) * 6)),
    ("account_logout", "get", at("account_logout"), (302, *(200,) * 6)),
    ("account_inactive", "get", at("account_inactive"), EVERYBODY),
    ("account_email_verification_sent", "get", at("account_email_verification_sent"), EVERYBODY),
    ("account_confirm_email", "get", at("account_confirm_email", None, "no-such-key"), EVERYBODY),
    ("account_reset_password", "get", at("account_reset_password"), EVERYBODY),
    ("account_reset_password_done", "get", at("account_reset_password_done"), EVERYBODY),
    ("account_reset_password_from_key", "get",
     at("account_reset_password_from_key", None, "1", "bad-key"), EVERYBODY),
    ("account_reset_password_from_key_done", "get",
     at("account_reset_password_from_key_done"), EVERYBODY),
    ("account_confirm_login_code", "get", at("account_confirm_login_code"),
     (SIGN_IN, *(302,) * 6)),
    ("admin_sign_in", "get", lambda w: ("/admin/login/", {}),
     (SIGN_IN, 404, 404, 404, 302, 302, 302)),
    ("page_sign_in", "get", lambda w: ("/_util/login/", {}), (SIGN_IN, *(302,) * 6)),
    ("admin_logout", "get", lambda w: ("/admin/logout/", {}), (302, *(200,) * 6)),
    ("admin_preferences", "get", lambda w: ("/admin/account/", {}),
     (SIGN_IN, 404, 404, 404, 200, 200, 200)),
    ("favicon", "get", lambda w: ("/favicon.ico", {}), (302,) * 7),
    ("media", "get", at("media", None, "no/such/file.png"), (404,) * 7),
    ("wagtaildocs_authenticate_with_password", "get",
     at("wagtaildocs_authenticate_with_password", None, 1), (404,) * 7),
    ("wagtailcore_authenticate_with_password", "get",
     at("wagtailcore_authenticate_with_password", None, 1, 1), (404,) * 7),
    ("wagtailcore_login", "post", lambda w: ("/_util/login/", {}), (SIGN_IN, *(302,) * 6)),
]  # fmt: skip


def answer(client: Client, row: Row, world: World) -> HttpResponse:
    _name, method, build, _expected = row
    url, data = build(world)
    return getattr(client, method)(url, data)


def body_of(response: HttpResponse) -> str:
    """What was sent; a file that was streamed is closed, as a server would."""
    content = response.getvalue().decode(errors="replace")
    if response.streaming:
        for close in response._resource_closers:
            close()
    return content


def verdict(response: HttpResponse) -> Expected:
    """The status, or that one is sent to sign in."""
    location = response.get("Location", "")
    if response.status_code in {302, 303} and location.startswith(reverse("account_login")):
        return SIGN_IN
    return response.status_code


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[1]}-{row[0]}")
def test_each_role_gets_what_the_table_says(row: Row, world: World) -> None:
    answers = {}
    for role in ROLES:
        with transaction.atomic():
            response = answer(world.client(role), row, world)
            content = body_of(response)
            transaction.set_rollback(True)
        answers[role] = verdict(response)
        if answers[role] == 404:
            assert SECRET not in content, role
            assert world.lesson.title not in content, role

    assert answers == dict(zip(ROLES, row[3], strict=True))


@pytest.mark.parametrize("row", [row for row in ROWS if row[1] == "post"], ids=lambda row: row[0])
def test_sign_in_on_the_way_to_an_action_leads_to_a_page(row: Row, world: World) -> None:
    """The action itself can't be asked for again: a GET would be refused."""
    response = answer(Client(), row, world)
    after = parse_qs(urlsplit(response["Location"]).query)["next"][0]
    shown = world.client("admin").get(after)
    body_of(shown)

    assert shown.status_code != 405


def test_no_address_is_missing_from_the_table() -> None:
    names = {name for name, _route in addresses(get_resolver().url_patterns)}

    assert names == {row[0] for row in ROWS}


def addresses(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name and route of each address outside of the two admin sites, which have their own tests."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if not route.startswith(("admin/", "django-admin/")):
                yield from addresses(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or UNNAMED[route], route


UNNAMED = {
    "favicon.ico": "favicon",
    "documents/<int:document_id>/<path:filename>": "wagtaildocs_serve",
}
