"""A course with a teacher, a student and a quiz."""

import pytest

from accounts.models import Role, User
from assessments.models import Attempt, Quiz
from assessments.services.attempts import start_attempt
from assessments.tests.factories import make_course, make_quiz, make_user
from learning.models import CoursePage


@pytest.fixture
def teacher(db: None) -> User:
    return make_user(Role.TEACHER)


@pytest.fixture
def student(db: None) -> User:
    return make_user()


@pytest.fixture
def stranger(db: None) -> User:
    """A student who is in no course."""
    return make_user()


@pytest.fixture
def course(teacher: User, student: User) -> CoursePage:
    return make_course(team=[teacher], students=[student])


@pytest.fixture
def quiz(course: CoursePage) -> Quiz:
    return make_quiz(course)


@pytest.fixture
def attempt(quiz: Quiz, student: User) -> Attempt:
    return start_attempt(quiz=quiz, student=student)
