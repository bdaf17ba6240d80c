"""Whoever has many courses searches for one, in forms and in the filters of lists."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from assessments.models import Quiz
from assessments.tests.cms import make_author, question_data, quiz_data
from assessments.tests.factories import make_course, make_quiz
from learning import choosers
from learning.choosers import activity_chooser_viewset, course_chooser_viewset
from learning.modeladmin import base

pytestmark = pytest.mark.django_db
CREATE = reverse("assessments_quiz_modeladmin_create")
LIST = reverse("assessments_quiz_modeladmin_index")


@pytest.fixture(autouse=True)
def few_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosers, "MOST_LISTED", 2)
    monkeypatch.setattr(base, "MOST_LISTED", 2)


@pytest.fixture
def author() -> User:
    return make_author()


@pytest.fixture
def courses(author: User) -> list[Any]:
    return [make_course(title=title, team=[author]) for title in ("Algae", "Birds", "Corals")]


@pytest.fixture
def cms(client: Client, author: User) -> Client:
    client.force_login(author)
    return client


def chooser(view: str, *args: Any) -> str:
    return reverse(course_chooser_viewset.get_url_name(view), args=args)


def test_few_courses_are_a_list(cms: Client, courses: list[Any]) -> None:
    courses[0].team.all().delete()
    page = cms.get(CREATE).text
    assert '<select name="course"' in page


def test_many_courses_are_chosen_by_a_search(cms: Client, courses: list[Any]) -> None:
    page = cms.get(CREATE).text
    assert '<select name="course"' not in page
    assert chooser("choose") in page
    found = cms.get(chooser("choose_results"), {"q": "bir"}).text
    assert "Birds" in found
    assert "Algae" not in found


def test_chosen_course_is_stored(cms: Client, courses: list[Any]) -> None:
    assert cms.get(chooser("chosen", courses[1].pk)).status_code == 200
    assert cms.post(CREATE, quiz_data(courses[1].pk, [question_data()])).status_code == 302
    assert Quiz.objects.get().course_id == courses[1].pk


def test_course_of_somebody_else_is_neither_offered_nor_named(
    cms: Client, courses: list[Any]
) -> None:
    foreign = make_course(title="Zephyrquark")
    assert "Zephyrquark" not in cms.get(chooser("choose")).text
    assert "Zephyrquark" not in cms.get(chooser("choose_results"), {"q": "zephyr"}).text
    assert cms.get(chooser("chosen", foreign.pk)).status_code == 404
    refused = cms.post(CREATE, quiz_data(foreign.pk, [question_data()]))
    assert refused.status_code == 200
    assert "Zephyrquark" not in refused.text


@pytest.mark.parametrize("key", ["abc", "\x00", "9" * 40, "-1"])
def test_key_that_is_none_is_refused(cms: Client, courses: list[Any], key: str) -> None:
    response = cms.post(CREATE, quiz_data(key, [question_data()]))
    if response.status_code == 200:
        assert "course" in response.context["form"].errors
    else:  # too large a number for SQLite
        assert (response.status_code, key) == (400, "9" * 40)
    assert not Quiz.objects.exists()


def test_filter_lists_the_first_and_finds_the_others(cms: Client, courses: list[Any]) -> None:
    for course in courses:
        make_quiz(course, title=f"Quiz of {course.title}")
    page = cms.get(LIST).text
    assert "Birds</option>" in page
    assert "Corals</option>" not in page
    assert "There are more" in page
    page = cms.get(LIST, {"course-term": "cor"}).text
    assert "Corals</option>" in page
    assert "Algae</option>" not in page
    page = cms.get(LIST, {"course": courses[2].pk, "course-term": "\x00alg"}).text
    assert "selected>Corals</option>" in page
    assert "Algae</option>" in page
    assert "Quiz of Algae" not in page
    assert "No course has this" not in page
    assert "No course has this" in cms.get(LIST, {"course-term": "zebra"}).text


def test_administrator_finds_every_course(client: Client, courses: list[Any]) -> None:
    client.force_login(make_author(Role.ADMIN))
    assert "Corals" in client.get(chooser("choose_results"), {"q": "coral"}).text


@pytest.mark.parametrize("role", [Role.TEACHER, Role.ADMIN])
@pytest.mark.parametrize("viewset", [course_chooser_viewset, activity_chooser_viewset])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_is_written_in_a_chooser(
    client: Client, role: str, viewset: Any, method: str
) -> None:
    client.force_login(make_author(role))
    create = reverse(viewset.get_url_name("create"))
    assert getattr(client, method)(create).status_code == 404
