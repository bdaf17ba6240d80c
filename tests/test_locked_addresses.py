"""What a release rule closes is closed at every address, with the same words (row C12)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from learning.registries import Refusal, ReleaseRule, ThingKind, release_rules
from tests.test_role_matrix import ROWS, Row, answer, body_of, verdict
from tests.world import ROLES, SECRET, World

REASON = "The academy is on holiday."
MODULE_AND_LESSON = 2

LOCKED = {
    ("course_tree", "get"): 200,
    ("activity", "get"): 200,
    ("quiz", "get"): 200,
    ("assignment", "get"): 200,
    ("complete_lesson", "post"): 409,
    ("reopen_lesson", "post"): 409,
    ("quiz_start", "post"): 409,
    ("assignment", "post"): 409,
    ("wagtaildocs_serve", "get"): 404,
}
"""What students are answered while everything inside of courses is locked."""
NOT_LOCKED = {
    "wagtail_serve": "the landing page",
    "module_outline": "titles, which the public syllabus names",
    "enroll_course": "opens nothing by itself",
    "leave_course": "always possible",
    "course_work": "titles and states; each leads to a locked page",
    "attempt": "an attempt under way goes on",
    "attempt_answer": "an attempt under way goes on",
    "attempt_submit": "an attempt under way goes on",
    "attempt_result": "one's own result",
    "submission_file": "one's own work",
    "submission_queue": "for the team",
    "submission_grade": "for the team",
    "dashboard": "one's own figures",
    "media": "pictures",
    "favicon": "a picture",
}
HOLDS_NO_CONTENT = ("account_", "admin_", "dashboard_", "notification", "page_")
WAGTAILS_OWN = ("wagtailcore_", "wagtaildocs_authenticate")


class Holiday(ReleaseRule):
    kinds = (ThingKind.MODULE, ThingKind.LESSON, ThingKind.ACTIVITY)

    def decide(self, facts: Mapping[str, Any], at: datetime) -> Refusal | None:
        return Refusal(REASON)


@pytest.fixture
def holiday() -> Iterator[None]:
    with release_rules.restored():
        release_rules.register("holiday", Holiday())
        yield


def key_of(row: Row) -> tuple[str, str]:
    return row[0], row[1]


def answer_student(row: Row, world: World) -> tuple[int | str, str]:
    with transaction.atomic():
        response = answer(world.client("student"), row, world)
        content = body_of(response)
        transaction.set_rollback(True)
    return verdict(response), content


def is_of_course_inside(row: Row, world: World) -> bool:
    """Of the tree, modules and lessons: the catalogue and the course's page are public."""
    return row[0] != "course_tree" or row[2](world)[0].strip("/").count("/") >= MODULE_AND_LESSON


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[1]}-{row[0]}")
def test_locked_address_gives_the_reason_and_no_content(
    row: Row, world: World, holiday: None
) -> None:
    status, content = answer_student(row, world)
    if key_of(row) in LOCKED and is_of_course_inside(row, world):
        assert status == LOCKED[key_of(row)]
        assert SECRET not in content
        assert (REASON in content) == (status != 404)
    else:
        assert status == row[3][ROLES.index("student")]


def test_team_is_locked_out_of_nothing(world: World, holiday: None) -> None:
    page = world.client("teacher").get(world.lesson.get_url())
    assert SECRET in page.text
    assert REASON not in page.text


def test_every_address_is_locked_or_says_why_it_is_not() -> None:
    """A new address must be put into `LOCKED` or into `NOT_LOCKED`."""
    locked = {name for name, _method in LOCKED}
    undecided = {
        name
        for name in {row[0] for row in ROWS} - locked - set(NOT_LOCKED)
        if not name.startswith(HOLDS_NO_CONTENT + WAGTAILS_OWN)
    }
    assert undecided == set()
