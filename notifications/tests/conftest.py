"""A course with three students, one of whom has left."""

import pytest

from accounts.models import User
from accounts.tests.factories import StudentFactory
from learning.models import CoursePage
from learning.tests.factories import CoursePageFactory, EnrollmentFactory


@pytest.fixture
def course(db: None) -> CoursePage:
    return CoursePageFactory(title="How plants live")


@pytest.fixture
def readers(course: CoursePage) -> list[User]:
    """Two students who read the course; a third has left it."""
    EnrollmentFactory(course=course, state="withdrawn")
    return [EnrollmentFactory(course=course).student for _number in range(2)]


@pytest.fixture
def student(db: None) -> User:
    return StudentFactory()
