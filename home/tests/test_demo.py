"""The demo academy, made once for these tests."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from assessments.models import Assignment, Quiz
from core.tests.module_data import made_once
from home.tests.test_commands import counts, run, stored_progress
from learning.models import CoursePage, LessonPage, ModulePage
from learning.services.progress import recount_course


@pytest.fixture(scope="module")
def made_demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with made_once(django_db_blocker, lambda: run("demo", force=True)) as output:
        yield output


@pytest.fixture
def demo(made_demo: str, db: None) -> str:
    """The demo academy; what its command said."""
    return made_demo


def test_demo_is_as_promised_and_a_second_run_changes_nothing(demo):
    first = counts()
    run("demo", force=True)

    assert counts() == first
    assert all(name in demo for name in ("admin", "teacher", "student", "jeevi-demo"))
    tree = {
        course.slug: (
            ModulePage.objects.child_of(course).count(),
            LessonPage.objects.descendant_of(course).live().count(),
        )
        for course in CoursePage.objects.live()
    }
    assert tree == {
        "how-plants-live": (5, 20),
        "python-properly": (2, 5),
        "money-for-grown-ups": (2, 5),
    }
    assert (Quiz.objects.count(), Assignment.objects.count()) == (6, 3)
    assert User.objects.filter(role="teacher").count() == 3
    assert User.objects.filter(role="student").count() == 30
    used = {
        block.block_type
        for lesson in LessonPage.objects.descendant_of(
            CoursePage.objects.get(slug="how-plants-live")
        )
        for block in lesson.body
    }
    assert used == set(LessonPage.body.field.stream_block.child_blocks)


def test_demo_logins_work_and_each_dashboard_has_something_to_show(demo):
    for name in ("admin", "teacher", "student"):
        client = Client()
        assert client.login(username=name, password="jeevi-demo")
        html = client.get(reverse("dashboard"), follow=True).content.decode()
        assert "No course yet" not in html
        assert "Nothing waits for you" not in html
    student = User.objects.get(username="student")
    assert 0 < student.enrollments.count() < CoursePage.objects.live().count()
    teacher = User.objects.get(username="teacher")
    assert 0 < teacher.course_teams.count() < CoursePage.objects.live().count()


def test_demo_progress_equals_what_a_rebuild_finds(demo):
    before = stored_progress()
    for course in CoursePage.objects.all():
        recount_course(course.pk)

    assert stored_progress() == before
