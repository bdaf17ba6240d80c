"""The demo academy, made once for these tests."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from assessments.models import Assignment, Quiz
from assessments.services.attempts import start_attempt, submit_attempt
from core.tests.index_tasks import indexes_at_once
from core.tests.module_data import made_once
from home.services.demo.academy import DRAFT, make_demo
from home.tests.all_tables import digest_tables
from home.tests.test_commands import run, stored_progress
from learning.models import CoursePage, Enrollment, LessonPage, ModulePage
from learning.services.enrollment import enroll_student
from learning.services.progress import recount_course


@pytest.fixture(scope="module")
def made_demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with indexes_at_once(), made_once(django_db_blocker, lambda: run("demo", force=True)) as output:
        yield output


@pytest.fixture
def demo(made_demo: str, db: None) -> str:
    """The demo academy; what its command said."""
    return made_demo


def test_demo_is_as_promised(demo):
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


def nobody_did_anything() -> None:
    pass


def felix_came_back() -> None:
    gone = Enrollment.objects.get(student__username="felix", state="withdrawn")
    enroll_student(student=gone.student, course=gone.course)


def asha_took_another_course() -> None:
    asha = User.objects.get(username="student")
    course = CoursePage.objects.get(slug="python-properly")
    enroll_student(student=asha, course=course)
    quiz = Quiz.objects.filter(course=course).order_by("pk")[0]
    submit_attempt(attempt=start_attempt(quiz=quiz, student=asha))


def draft_was_deleted() -> None:
    LessonPage.objects.get(title=DRAFT["title"]).delete()


def draft_was_renamed() -> None:
    draft = LessonPage.objects.get(title=DRAFT["title"])
    draft.title = "Grasses"
    draft.save()


def draft_was_moved() -> None:
    draft = LessonPage.objects.get(title=DRAFT["title"])
    course = CoursePage.objects.get(slug="how-plants-live")
    draft.move(ModulePage.objects.child_of(course).order_by("path")[0], pos="last-child")


def course_got_another_address() -> None:
    course = CoursePage.objects.get(slug="money-for-grown-ups")
    course.slug = "money"
    course.save()


@pytest.mark.parametrize(
    "meanwhile",
    [
        nobody_did_anything,
        felix_came_back,
        asha_took_another_course,
        draft_was_deleted,
        draft_was_renamed,
        draft_was_moved,
        course_got_another_address,
    ],
)
def test_second_run_changes_no_row_whatever_people_did(demo: str, meanwhile: Callable[[], None]):
    meanwhile()
    before = digest_tables()

    assert run("demo", force=True) == demo
    assert digest_tables() == before


def test_second_run_takes_one_query(demo, django_assert_num_queries):
    with django_assert_num_queries(1):
        make_demo()


def test_demo_progress_equals_what_a_rebuild_finds(demo):
    before = stored_progress()
    for course in CoursePage.objects.all():
        recount_course(course.pk)

    assert stored_progress() == before


@pytest.mark.parametrize("url", ["/", "/courses/"])
def test_words_that_the_search_proposes_find_a_course(demo, url):
    page = Client().get(url).content.decode()
    (proposed,) = re.findall(r'placeholder="(.+) …"', page)
    for word in proposed.split(", "):
        assert "Nothing found" not in Client().get("/courses/", {"q": word}).content.decode(), word
