"""A block in an app of its own, from the picker of the CMS to a student's page.

Run by `tests/test_examples.py`, with `tests.examples.settings`.
"""

import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import StudentFactory
from learning.models import LessonPage
from learning.services.editor_rights import sync_editor_rights
from learning.tests.cms_forms import lesson_form
from learning.tests.factories import CourseTeamFactory, enroll, lessons_of, make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson() -> LessonPage:
    return lessons_of(make_course(lessons=1))[0]


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_teacher_adds_the_block_and_students_read_it(lesson: LessonPage) -> None:
    sync_editor_rights()
    course = lesson.get_parent().get_parent().specific
    teacher = sign_in(CourseTeamFactory(course=course).user)
    address = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    picker = teacher.get(address).text
    assert "Explains a word that the lesson uses." in picker
    block = {"type": "term", "-word": "Stoma", "-meaning": "A pore <of a leaf>"}
    assert teacher.post(address, lesson_form(lesson, block)).status_code == 302
    LessonPage.objects.get(pk=lesson.pk).latest_revision.publish()
    page = sign_in(enroll(StudentFactory(), course).student).get(lesson.get_url()).text
    assert "<dfn>Stoma</dfn>" in page
    assert "A pore &lt;of a leaf&gt;" in page


def test_its_migration_is_generated_where_the_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The academy's own migrations stay as they are: those of the installation go on from them."""
    package = tmp_path / "lessons_with_terms"
    shutil.copytree(Path(settings.BASE_DIR, "learning/migrations"), package)
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"learning": package.name}
    call_command("makemigrations", "learning", name="term", stdout=StringIO())
    written = (package / "0002_term.py").read_text(encoding="utf-8")
    assert "AlterField" in written
    assert "Meaning" in written
    call_command("makemigrations", "learning", check=True, dry_run=True, stdout=StringIO())
