"""A CMS list in an app of its own: what it shows to whom, and in how many queries.

Run by `tests/test_examples.py`, with `tests.examples.settings`.
"""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.roles import sync_roles
from accounts.tests.factories import StudentFactory
from learning import choosers
from learning.models import CoursePage
from learning.tests.factories import CourseTeamFactory, make_course
from tests.examples.reading.models import Book

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> CoursePage:
    return make_course(lessons=0)


@pytest.fixture
def teacher(course: CoursePage) -> User:
    user = CourseTeamFactory(course=course).user
    sync_roles()
    return user


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"reading_book_modeladmin_{name}", args=args)


def test_teacher_writes_finds_and_removes_a_book(course: CoursePage, teacher: User) -> None:
    client = sign_in(teacher)
    data = {"title": "The Hidden Life of Trees", "author": "Wohlleben", "course": course.pk}
    assert client.post(address("create"), data).status_code == 302
    book = Book.objects.get()
    for query in ({"q": "Wohlleben"}, {"course": course.pk}):
        assert book.title in client.get(address("index"), query).text
    assert book.title not in client.get(address("index"), {"q": "moss"}).text
    assert client.post(address("edit", book.pk), {**data, "title": "Trees"}).status_code == 302
    assert client.post(address("delete", book.pk)).status_code == 302
    assert not Book.objects.exists()


def test_books_of_other_courses_are_not_there(course: CoursePage, teacher: User) -> None:
    foreign = Book.objects.create(course=make_course(lessons=0), title="Secret", author="S.")
    client = sign_in(teacher)
    assert "Secret" not in client.get(address("index")).text
    for name in ("edit", "delete"):
        assert client.get(address(name, foreign.pk)).status_code == 404
        assert client.post(address(name, foreign.pk)).status_code == 404
    data = {"title": "Mine", "author": "M.", "course": foreign.course_id}
    assert "course" in client.post(address("create"), data).context["form"].errors
    assert sign_in(StudentFactory()).get(address("index")).status_code == 404
    assert Book.objects.get() == foreign


def test_one_of_many_courses_is_chosen_by_a_search(
    teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(2):
        CourseTeamFactory(course=make_course(lessons=0), user=teacher)
    monkeypatch.setattr(choosers, "MOST_LISTED", 2)
    page = sign_in(teacher).get(address("create")).text
    assert '<select name="course"' not in page
    assert reverse(choosers.course_chooser_viewset.get_url_name("choose")) in page


def test_list_costs_as_many_queries_with_many_books(course: CoursePage, teacher: User) -> None:
    client, counts = sign_in(teacher), []
    for number in (1, 30):
        Book.objects.bulk_create(Book(course=course, title=f"{n}") for n in range(number))
        client.get(address("index"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address("index"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
