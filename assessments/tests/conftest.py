"""A course with a teacher, a student and a quiz, made once for each module."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import pytest
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from assessments.models import Attempt, Quiz
from assessments.services.attempts import start_attempt
from assessments.tests.cms import make_author
from assessments.tests.factories import make_course, make_quiz, make_user
from core.tests.module_data import has_commits, made_once
from learning.models import CoursePage


@dataclass(frozen=True)
class Base:
    teacher: User
    student: User
    stranger: User
    course: CoursePage


def build_base() -> Base:
    teacher, student = make_author(first_name="Tara"), make_user()
    course = make_course(team=[teacher], students=[student])
    return Base(teacher, student, make_user(), course)


@pytest.fixture(scope="module")
def built(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Base | None]:
    """None where the tests of the module commit."""
    if has_commits(request.node):
        yield None
        return
    with made_once(django_db_blocker, build_base) as base:
        yield base


@pytest.fixture
def base(built: Base | None, db: None) -> Base:
    return deepcopy(built) if built else build_base()


@pytest.fixture
def teacher(base: Base) -> User:
    """Leads the course, and may use the CMS."""
    return base.teacher


@pytest.fixture
def student(base: Base) -> User:
    """Is enrolled in the course."""
    return base.student


@pytest.fixture
def stranger(base: Base) -> User:
    """A student who is in no course."""
    return base.stranger


@pytest.fixture
def course(base: Base) -> CoursePage:
    return base.course


@pytest.fixture
def quiz(course: CoursePage) -> Quiz:
    return make_quiz(course)


@pytest.fixture
def attempt(quiz: Quiz, student: User) -> Attempt:
    return start_attempt(quiz=quiz, student=student)
