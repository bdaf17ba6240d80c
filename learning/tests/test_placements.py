"""What a lesson holds, at any depth of its body, decides access, completion and the page."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import ReferenceIndex

from accounts.models import User
from accounts.tests.factories import StudentFactory
from core import page_cache
from learning.access import get_access
from learning.models import (
    CourseDocument,
    CoursePage,
    LessonActivity,
    LessonCompletion,
    LessonPage,
    LessonReference,
    ModulePage,
)
from learning.rendering import Segment
from learning.services.completion import complete_placing_lessons
from learning.tests.factories import (
    CourseDocumentFactory,
    LessonPageFactory,
    ModulePageFactory,
    enroll,
    make_course,
)
from learning.tests.nested import box_in_lessons, box_with
from learning.tests.work import hand_in, make_assignment, make_quiz

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def box() -> Iterator[None]:
    """The container is among the blocks of lessons while a test runs."""
    with box_in_lessons():
        yield


@pytest.fixture
def course() -> CoursePage:
    return make_course(lessons=0)


@pytest.fixture
def student(course: CoursePage) -> User:
    return enroll(StudentFactory(), course).student


@pytest.fixture
def essay(course: CoursePage) -> Any:
    return make_assignment(course, title="Leaf diary")


@pytest.fixture
def document(course: CoursePage) -> CourseDocument:
    return CourseDocumentFactory(collection=course.collection)


def make_lesson(course: CoursePage, *body: tuple[str, Any], **fields: Any) -> LessonPage:
    module = ModulePage.objects.child_of(course).first() or ModulePageFactory(parent=course)
    return LessonPageFactory(parent=module, body=list(body), **fields)


def test_rows_mirror_a_nested_body(essay: Any, document: CourseDocument) -> None:
    lesson = make_lesson(essay.course, box_with(essay, document))
    outer = lesson.body[0].id
    row = LessonActivity.objects.get()
    assert (row.lesson_id, row.activity_id, row.position) == (lesson.pk, essay.pk, 0)
    assert len(row.block_id) == 36
    assert row.block_id != outer
    assert LessonReference.objects.get(lesson=lesson).document == document


def test_rows_follow_the_published_body_and_no_draft(essay: Any) -> None:
    lesson = make_lesson(essay.course, box_with(essay))
    lesson.body = [("text", "<p>Nothing to do.</p>")]
    revision = lesson.save_revision()
    assert LessonActivity.objects.count() == 1
    revision.publish()
    assert not LessonActivity.objects.exists()


def test_lesson_that_was_never_published_places_nothing(
    student: User, essay: Any, document: CourseDocument
) -> None:
    make_lesson(essay.course, box_with(essay, document), live=False)
    assert get_access(student, essay).is_open
    assert not get_access(student, document).is_open
    hand_in(essay, student)
    assert complete_placing_lessons(student=student, activity=essay) == 0


def test_scheduled_publication_places_when_it_comes(essay: Any) -> None:
    lesson = make_lesson(essay.course, live=False)
    lesson.body = [box_with(essay)]
    lesson.go_live_at = timezone.now() + timedelta(minutes=1)
    lesson.save_revision(approved_go_live_at=lesson.go_live_at)
    assert not LessonActivity.objects.exists()
    revision = lesson.latest_revision
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()
    LessonPage.objects.filter(pk=lesson.pk).update(go_live_at=revision.approved_go_live_at)
    call_command("publish_scheduled")
    assert LessonActivity.objects.get().lesson_id == lesson.pk


def test_access_and_completion_need_no_reference_index(
    student: User, essay: Any, document: CourseDocument
) -> None:
    lesson = make_lesson(essay.course, box_with(essay, document))
    ReferenceIndex.objects.all().delete()
    assert get_access(student, essay).is_open
    assert get_access(student, document).is_open
    hand_in(essay, student)
    assert complete_placing_lessons(student=student, activity=essay) == 1
    assert lesson.completions.count() == 1
    lesson.unpublish()
    assert not get_access(student, essay).is_open
    assert not get_access(student, document).is_open


def test_page_reads_nothing_that_another_release_stored(
    client_of: SignIn, student: User, essay: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = make_lesson(essay.course, ("text", "<p>Of this release</p>"), box_with(essay))
    with monkeypatch.context() as patch:
        patch.setattr(caches["pages"], "key_prefix", "pages:another-release")
        page_cache.clear()
        patch.setattr(
            "learning.rendering.render_segments", lambda body: (Segment("Of another release"),)
        )
        assert "Of another release" in client_of(student).get(lesson.get_url()).text
    page_cache.process_cache.clear()
    page = client_of(student).get(lesson.get_url()).text
    assert "Of this release" in page
    assert essay.get_absolute_url() in page


def test_file_that_was_taken_out_is_not_given_out_any_more(
    student: User, essay: Any, document: CourseDocument
) -> None:
    lesson = make_lesson(essay.course, box_with(essay, document))
    assert get_access(student, document).is_open
    lesson.body = [box_with(essay)]
    lesson.save_revision().publish()
    assert not get_access(student, document).is_open


def test_moved_lesson_is_where_it_stands_now(student: User, essay: Any) -> None:
    lesson = make_lesson(essay.course, box_with(essay))
    hidden = ModulePageFactory(parent=CoursePage.objects.get(pk=essay.course.pk), live=False)
    lesson.move(hidden, pos="last-child")
    assert not get_access(student, essay).is_open
    hand_in(essay, student)
    complete_placing_lessons(student=student, activity=essay)
    assert not LessonCompletion.objects.exists()


def test_copied_course_says_that_an_activity_is_missing_and_no_title(
    client_of: SignIn, essay: Any, document: CourseDocument
) -> None:
    make_lesson(essay.course, box_with(essay, document))
    attributes = {"slug": "copy", "title": "Copy", "collection": None}
    copy = essay.course.copy(recursive=True, update_attrs=attributes, keep_live=True)
    reader = enroll(StudentFactory(), copy).student
    lesson = LessonPage.objects.descendant_of(copy).get()
    page = client_of(reader).get(lesson.get_url()).text
    assert "An activity of this lesson is missing." in page
    assert essay.title not in page
    assert get_access(reader, document).is_open
    assert not get_access(reader, essay).is_open
    hand_in(essay, reader)
    complete_placing_lessons(student=reader, activity=essay)
    assert not LessonCompletion.objects.exists()


def test_alias_holds_what_its_source_holds(student: User, document: CourseDocument) -> None:
    source = make_course(lessons=0)
    quiz = make_quiz(source)
    lesson = make_lesson(source, box_with(quiz, document))
    target = CoursePage.objects.get(pk=student.enrollments.get().course_id)
    alias = lesson.create_alias(parent=ModulePageFactory(parent=target))
    assert LessonActivity.objects.filter(lesson=alias, activity=quiz.pk).exists()
    assert get_access(student, document).is_open
    lesson.body = [box_with(quiz)]
    lesson.save_revision().publish()
    assert not get_access(student, document).is_open


def test_nested_activity_is_drawn_with_the_readers_own_state(
    client_of: SignIn, student: User, essay: Any
) -> None:
    lesson = make_lesson(essay.course, box_with(essay))
    other = enroll(StudentFactory(), essay.course).student
    hand_in(essay, student)
    assert "Handed in" in client_of(student).get(lesson.get_url()).text
    page = client_of(other).get(lesson.get_url()).text
    assert "To hand in" in page
    assert essay.get_absolute_url() in page


def test_activity_whose_row_is_gone_is_skipped(essay: Any) -> None:
    lesson = make_lesson(essay.course, box_with(essay))
    raw = lesson.body.get_prep_value()
    raw[0]["value"]["content"][0]["value"]["activity"] = 10**6
    lesson.body = LessonPage._meta.get_field("body").to_python(raw)
    lesson.save_revision().publish()
    assert not LessonActivity.objects.exists()


def rebuild() -> list[str]:
    """The lines that the command prints."""
    call_command("rebuild_placements", stdout=(out := StringIO()))
    return out.getvalue().splitlines()


def test_rebuilding_when_all_is_right_changes_nothing(essay: Any, document: CourseDocument) -> None:
    make_lesson(essay.course, box_with(essay, document))
    rows = list(LessonActivity.objects.values()), list(LessonReference.objects.values())
    assert rebuild() == ["Nothing to mend."]
    assert (list(LessonActivity.objects.values()), list(LessonReference.objects.values())) == rows


def test_rebuilding_mends_rows_and_says_what_was_wrong(
    essay: Any, document: CourseDocument
) -> None:
    make_lesson(essay.course)
    lesson = make_lesson(essay.course, box_with(essay, document), title="Leaves")
    block = LessonActivity.objects.get().block_id
    quiz = make_quiz(essay.course)
    LessonActivity.objects.update(activity=quiz)
    LessonReference.objects.all().delete()
    assert rebuild() == [
        f"Lesson {lesson.pk} “Leaves”:",
        f"  added: activity {essay.pk} in block {block}",
        f"  added: document {document.pk} in block {LessonReference.objects.get().block_id}",
        f"  removed: activity {quiz.pk} in block {block}",
        "Lessons mended: 1",
    ]
    assert LessonActivity.objects.get().activity_id == essay.pk
    assert LessonReference.objects.get().document_id == document.pk
    assert rebuild() == ["Nothing to mend."]


def test_activity_in_a_lesson_cannot_be_deleted_past_the_service(essay: Any) -> None:
    make_lesson(essay.course, box_with(essay))
    with pytest.raises(Exception, match="protected"):
        essay.delete()
