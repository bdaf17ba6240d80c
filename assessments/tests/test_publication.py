import logging
from typing import Any

import pytest
from django.utils import timezone

from assessments.models import Assignment, Quiz
from assessments.tests.factories import make_assignment, make_course, make_lesson, make_quiz
from learning.models import Activity, CoursePage
from learning.selectors.structure import get_structure
from learning.services.activities import announce, announce_waiting, archive, publish
from learning.signals import activity_published
from learning.tasks import sweep_publications


@pytest.fixture
def heard() -> Any:
    """What was announced."""
    works: list[Quiz | Assignment] = []

    def note(**kwargs: Any) -> None:
        works.append(kwargs["activity"].specific)

    activity_published.connect(note)
    yield works
    activity_published.disconnect(note)


def test_published_work_is_announced_once(quiz: Quiz, course: CoursePage, heard: list[Any]) -> None:
    essay = make_assignment(course)
    assert announce(activity=quiz)
    assert announce(activity=essay)
    assert not announce(activity=quiz)
    assert heard == [quiz, essay]
    quiz.refresh_from_db()
    assert quiz.announced_at is not None


def test_sweep_finds_what_was_published_and_not_announced(
    quiz: Quiz, course: CoursePage, heard: list[Any]
) -> None:
    essay = make_assignment(course)
    sweep_publications()
    sweep_publications()
    assert heard == [quiz, essay]


def test_drafts_archived_and_announced_work_stay_silent(
    course: CoursePage, heard: list[Any]
) -> None:
    make_quiz(course, published=False)
    make_quiz(course, archived=True)
    make_assignment(course, announced_at=timezone.now())
    assert announce_waiting() == 0
    assert heard == []


def test_work_of_a_course_that_is_not_live_waits(db: None, heard: list[Any]) -> None:
    course = make_course(live=False)
    quiz = make_quiz(course)
    assert announce_waiting() == 0
    CoursePage.objects.filter(pk=course.pk).update(live=True)
    assert announce_waiting() == 1
    assert heard == [quiz]


@pytest.mark.parametrize("closed", [{"live": False}, {"archived_at": timezone.now()}])
def test_work_published_in_a_closed_course_is_announced_when_the_course_opens(
    course: CoursePage, heard: list[Any], closed: dict[str, Any]
) -> None:
    CoursePage.objects.filter(pk=course.pk).update(**closed)
    quiz = make_quiz(course)
    publish(activity=quiz)
    assert heard == []
    CoursePage.objects.filter(pk=course.pk).update(live=True, archived_at=None)
    assert announce_waiting() == 1
    assert heard == [quiz]


def test_work_of_a_hidden_module_is_announced_when_its_lesson_comes_in_sight(
    quiz: Quiz, course: CoursePage, heard: list[Any]
) -> None:
    lesson = make_lesson(course, quiz, module_live=False)
    assert announce_waiting() == 0
    lesson.get_parent().specific.save_revision().publish()
    assert announce_waiting() == 1
    assert heard == [quiz]


def test_failing_listener_leaves_the_work_for_the_next_sweep(
    quiz: Quiz, course: CoursePage, heard: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    essay = make_assignment(course)

    def fail(*, activity: Activity, **kwargs: Any) -> None:
        if activity.pk == quiz.pk:
            raise RuntimeError

    activity_published.connect(fail)
    with caplog.at_level(logging.ERROR):
        assert announce_waiting() == 1
    activity_published.disconnect(fail)
    assert "was not announced" in caplog.text
    assert essay in heard
    assert announce_waiting() == 1
    quiz.refresh_from_db()
    assert quiz.announced_at is not None


def test_held_back_work_keeps_no_other_work_waiting(course: CoursePage, heard: list[Any]) -> None:
    hidden = [make_quiz(course) for _number in range(3)]
    make_lesson(course, *hidden).unpublish()
    found = make_quiz(course)
    assert announce_waiting(limit=3) == 1
    assert heard == [found]


def test_outline_shows_the_kind_of_what_students_see(course: CoursePage) -> None:
    quiz = make_quiz(course, published=False)
    essay = make_assignment(course, published=False)
    make_lesson(course, quiz, essay)

    def shown_kind() -> str:
        structure = get_structure(CoursePage.objects.get(pk=course.pk))
        return structure.lessons[-1].activity_kind

    assert shown_kind() == ""
    publish(activity=essay)
    assert shown_kind() == "assignment"
    publish(activity=quiz)
    assert shown_kind() == "quiz"
    archive(activity=quiz, by=None)
    assert shown_kind() == "assignment"


def test_outline_of_a_copied_course_shows_no_kind_of_another_courses_work(
    quiz: Quiz, course: CoursePage
) -> None:
    make_lesson(course, quiz)
    attrs = {"slug": "copy", "title": "Copy"}
    copy = course.copy(recursive=True, update_attrs=attrs, keep_live=True)
    (lesson,) = get_structure(CoursePage.objects.get(pk=copy.pk)).lessons[-1:]
    assert [one.id for one in lesson.activities] == [quiz.pk]
    assert lesson.activity_kind == ""
