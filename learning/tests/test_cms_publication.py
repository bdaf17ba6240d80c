"""A lesson that students can read is announced exactly once, also when signals got lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page

from learning.models import CoursePage, LessonPage, ModulePage
from learning.services.announcements import announce_lesson, announce_lessons
from learning.services.courses import archive_course, restore_course
from learning.signals import lesson_published
from learning.tests.cms_world import CmsWorld, publish


@pytest.fixture
def told() -> Iterator[list[tuple[int, int]]]:
    """(lesson, course) of each announcement."""
    received: list[tuple[int, int]] = []

    def remember(sender: Any, lesson_id: int, course_id: int, **kwargs: Any) -> None:
        received.append((lesson_id, course_id))

    lesson_published.connect(remember)
    yield received
    lesson_published.disconnect(remember)


def test_lesson_when_first_published_is_announced_once(
    world: CmsWorld, told: list[tuple[int, int]]
) -> None:
    publish(world.b.draft, world.ben)
    assert told == [(world.b.draft.pk, world.b.course.pk)]
    publish(LessonPage.objects.get(pk=world.b.draft.pk), world.ben)
    assert announce_lessons() == 0
    assert len(told) == 1


def test_lesson_when_its_course_is_a_draft_is_announced_with_the_course(
    world: CmsWorld, told: list[tuple[int, int]]
) -> None:
    course = CoursePage.objects.get(pk=world.b.course.pk)
    course.unpublish()
    publish(world.b.draft, world.ben)
    assert told == []
    publish(CoursePage.objects.get(pk=course.pk), world.ben)
    assert told == [(world.b.draft.pk, course.pk)]


def test_lesson_when_its_module_is_a_draft_is_announced_with_the_module(
    world: CmsWorld, told: list[tuple[int, int]]
) -> None:
    ModulePage.objects.get(pk=world.b.module.pk).unpublish()
    publish(world.b.draft, world.ben)
    assert told == []
    publish(ModulePage.objects.get(pk=world.b.module.pk), world.ben)
    assert [lesson for lesson, _course in told] == [world.b.draft.pk]


def test_lesson_when_its_course_is_archived_waits_for_the_sweep_after_its_return(
    world: CmsWorld, told: list[tuple[int, int]]
) -> None:
    archive_course(course=world.b.course, by=world.admin)
    publish(world.b.draft, world.ben)
    assert announce_lessons() == 0
    restore_course(course=world.b.course, by=world.admin)
    assert announce_lessons() == 1
    assert len(told) == 1


def test_lost_signal_when_swept_is_made_up_for_once(
    world: CmsWorld, told: list[tuple[int, int]]
) -> None:
    Page.objects.filter(pk=world.b.draft.pk).update(live=True, last_published_at=timezone.now())
    assert announce_lessons() == 1
    assert announce_lessons() == 0
    assert told == [(world.b.draft.pk, world.b.course.pk)]


def test_receiver_when_it_fails_takes_the_mark_back(
    world: CmsWorld, told: list[tuple[int, int]], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(sender: Any, **kwargs: Any) -> None:
        raise RuntimeError("broken receiver")

    lesson_published.connect(fail)
    try:
        publish(world.b.draft, world.ben)
    finally:
        lesson_published.disconnect(fail)
    assert LessonPage.objects.get(pk=world.b.draft.pk).announced_at is None
    assert "was not announced" in caplog.text
    told.clear()
    assert announce_lessons() == 1
    assert len(told) == 1


def test_lesson_when_announced_twice_at_once_is_told_once(
    world: CmsWorld, told: list[tuple[int, int]]
) -> None:
    publish(world.b.draft, world.ben)
    assert announce_lesson(lesson_id=world.b.draft.pk) is False
    assert len(told) == 1


def test_copy_of_a_lesson_when_published_is_announced_itself(
    world: CmsWorld, told: list[tuple[int, int]]
) -> None:
    copy = world.b.lesson.copy(update_attrs={"slug": "again"}, keep_live=False, user=world.ben)
    assert copy.announced_at is None
    publish(copy, world.ben)
    assert [lesson for lesson, _course in told] == [copy.pk]
