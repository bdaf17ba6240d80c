"""Telling the apps above that students can read a lesson, exactly once.

Wagtail sends its signals after the change and outside of its transaction: a process that dies in
between loses them. So the lesson's row carries the mark, set in the transaction in which the
receivers write, and `announce_lessons` finds every lesson without one.
"""

import logging

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Length, Substr
from django.utils import timezone
from wagtail.models import Page, PageQuerySet

from learning.models import CoursePage, LessonPage, ModulePage
from learning.signals import lesson_published

logger = logging.getLogger(__name__)


def announce_lessons(*, under: Page | None = None) -> int:
    """Announces every lesson that students can read and that nobody was told of.

    `under` narrows it to one page and what is below it. One lesson that fails is logged and left
    to the next sweep. Returns how many were announced.
    """
    lessons = unannounced_lessons()
    if under is not None:
        lessons = lessons.descendant_of(under, inclusive=True)
    return sum(_try_to_announce(pk) for pk in list(lessons.values_list("pk", flat=True)))


def unannounced_lessons() -> PageQuerySet:
    """Live lessons in live modules of open courses, published in the CMS and not announced."""
    modules = ModulePage.objects.live().filter(path=OuterRef("module_path"))
    courses = CoursePage.objects.visible().filter(path=OuterRef("course_path"))
    return (
        LessonPage.objects.live()
        .filter(announced_at__isnull=True, last_published_at__isnull=False)
        .annotate(module_path=_ancestor_path(1), course_path=_ancestor_path(2))
        .filter(Exists(modules), Exists(courses))
        .order_by("path")
    )


@transaction.atomic
def announce_lesson(*, lesson_id: int) -> bool:
    """Marks the lesson and sends `lesson_published`; False where that was done before.

    A receiver that fails takes the mark back with it.
    """
    lesson = unannounced_lessons().filter(pk=lesson_id).first()
    if lesson is None:
        return False
    unmarked = LessonPage.objects.filter(pk=lesson_id, announced_at__isnull=True)
    if not unmarked.update(announced_at=timezone.now()):
        return False
    course_id = CoursePage.objects.values_list("pk", flat=True).get(path=lesson.course_path)
    lesson_published.send(sender=LessonPage, lesson_id=lesson_id, course_id=course_id)
    return True


def _try_to_announce(lesson_id: int) -> bool:
    try:
        return announce_lesson(lesson_id=lesson_id)
    except Exception:  # receivers may fail in any way: publishing went well, the sweep tries again
        logger.exception("Lesson %s was not announced", lesson_id)
        return False


def _ancestor_path(levels: int) -> Substr:
    return Substr("path", 1, Length(F("path")) - levels * Page.steplen)
