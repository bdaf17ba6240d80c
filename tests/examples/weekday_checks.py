"""A release rule in an app of its own: some courses are open on weekdays only.

Run by `tests/test_examples.py`, with `tests.examples.settings`.
"""

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import StudentFactory
from assessments.models import Assignment, Quiz
from assessments.tests.factories import make_assignment, make_quiz
from home.selectors.student import get_student_dashboard
from learning.access import get_access, get_accesses, get_readers
from learning.models import CourseDocument, CoursePage, LessonPage
from learning.tests.factories import (
    CourseDocumentFactory,
    CourseTeamFactory,
    LessonPageFactory,
    ModulePageFactory,
    enroll,
    lessons_of,
    make_course,
)

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
SUNDAY_EVENING = datetime(2026, 11, 29, 23, 0, tzinfo=UTC)
REASON = "This course is open on weekdays only."
TEXT = "Nobody reads this on a Sunday."


@pytest.fixture
def quiz(course: CoursePage) -> Quiz:
    return make_quiz(course)


@pytest.fixture
def essay(course: CoursePage) -> Assignment:
    return make_assignment(course, due_at=SUNDAY_EVENING)


@pytest.fixture
def course() -> CoursePage:
    return make_course(lessons=0, slug="office-hours")


@pytest.fixture
def document(course: CoursePage) -> CourseDocument:
    return CourseDocumentFactory(collection=course.collection)


@pytest.fixture
def lesson(course: CoursePage, quiz: Quiz, document: CourseDocument) -> LessonPage:
    module = ModulePageFactory(parent=CoursePage.objects.get(pk=course.pk))
    file = ("document", {"document": document, "title": ""})
    body = [("text", f"<p>{TEXT}</p>"), ("activity", {"activity": quiz}), file]
    return LessonPageFactory(parent=module, title="Filing", body=body)


@pytest.fixture
def student(course: CoursePage) -> User:
    return enroll(StudentFactory(), course).student


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_lesson_at_the_weekend_gives_the_reason_and_no_content(
    student: User, lesson: LessonPage
) -> None:
    with time_machine.travel(SATURDAY):
        page = sign_in(student).get(lesson.get_url())
        assert page.status_code == 200
        assert REASON in page.text
        assert TEXT not in page.text
    with time_machine.travel(FRIDAY):
        page = sign_in(student).get(lesson.get_url())
        assert TEXT in page.text
        assert REASON not in page.text


def test_everything_else_is_refused_with_the_same_words(
    student: User, lesson: LessonPage, quiz: Quiz, essay: Assignment, document: CourseDocument
) -> None:
    posts = {
        reverse("complete_lesson", args=[lesson.pk]): {},
        reverse("quiz_start", args=[quiz.pk]): {},
        reverse("assignment", args=[essay.pk]): {"text": "My essay."},
    }
    with time_machine.travel(SATURDAY):
        client = sign_in(student)
        for url, data in posts.items():
            refused = client.post(url, data)
            assert refused.status_code == 409, url
            assert REASON in refused.text
        for name, activity in (("quiz", quiz), ("assignment", essay)):
            assert REASON in client.get(reverse(name, args=[activity.pk])).text
        assert client.get(document.url).status_code == 404


def test_outline_names_the_lesson_and_says_why_it_is_locked(
    course: CoursePage, student: User, lesson: LessonPage
) -> None:
    with time_machine.travel(SATURDAY):
        page = sign_in(student).get(CoursePage.objects.get(pk=course.pk).get_url()).text
    assert lesson.title in page
    assert REASON in page


def test_nothing_is_due_that_takes_no_work_now(student: User, essay: Assignment) -> None:
    with time_machine.travel(SATURDAY):
        assert get_student_dashboard(student).due == []
    with time_machine.travel(FRIDAY):
        assert [row.title for row in get_student_dashboard(student).due] == [essay.title]


def test_it_ends_on_monday_in_the_students_own_time_zone(
    course: CoursePage, student: User, lesson: LessonPage
) -> None:
    access = get_access(student, lesson, SUNDAY_EVENING)
    assert access.until == datetime(2026, 11, 30, tzinfo=UTC)
    early = enroll(StudentFactory(time_zone="Pacific/Auckland"), course).student
    assert get_access(early, lesson, SUNDAY_EVENING).is_open
    assert [one.student for one in get_readers(lesson, SUNDAY_EVENING)] == [early]
    assert set(get_readers(lesson, SUNDAY_EVENING, with_locked=True).values_list("student")) == {
        (student.pk,),
        (early.pk,),
    }


def test_team_visitors_and_other_courses_are_treated_as_before(
    course: CoursePage, lesson: LessonPage
) -> None:
    teacher = CourseTeamFactory(course=course).user
    other = make_course(lessons=1)
    reader = enroll(StudentFactory(), other).student
    lessons = [lesson, *lessons_of(other)]
    states = {
        person: [access.state.value for access in get_accesses(person, lessons, SATURDAY)]
        for person in (teacher, reader, AnonymousUser())
    }
    assert list(states.values()) == [
        ["open", "hidden"],
        ["hidden", "open"],
        ["sign in", "sign in"],
    ]
