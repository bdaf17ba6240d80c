"""A course with three students, one of whom has left."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts.models import User
from accounts.tests.factories import StudentFactory
from core.tests.servers import MailServer, mail_server_in
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


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """A real one, which can refuse."""
    with mail_server_in(settings) as server:
        yield server
