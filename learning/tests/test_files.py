"""Files and pictures: what they are called, and lessons that never show an old one."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from accounts.models import User
from accounts.tests.factories import AdminFactory, StudentFactory
from learning.tests.factories import CourseDocumentFactory, LessonPageFactory, enroll, make_course

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


# -- Names of downloads -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("title", "stored", "shown"),
    [
        ("Worksheet 1", "a.txt", "Worksheet 1.txt"),
        ("Leaves.txt", "a.txt", "Leaves.txt"),
        ("Leaves.TXT", "a.txt", "Leaves.TXT"),
        ("Part 2. Roots", "a.txt", "Part 2. Roots.txt"),
        ("Roots/../Leaves", "a.txt", "Roots_.._Leaves.txt"),
        ("Notes", "notes", "Notes"),
    ],
)
def test_file_when_downloaded_is_called_by_its_title(
    client_of: SignIn, title: str, stored: str, shown: str
) -> None:
    document = CourseDocumentFactory(title=title, file=ContentFile(b"leaves", stored))
    response = client_of(AdminFactory()).get(document.url)
    assert b"".join(response.streaming_content) == b"leaves"
    assert response["Content-Disposition"] == f'attachment; filename="{shown}"'


