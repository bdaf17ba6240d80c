"""Changes of the page tree, told to the course they happened in."""

from collections.abc import Iterable
from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from learning.models import CourseDocument, CourseImage, CoursePage, LessonPage, ModulePage
from learning.services.structure import refresh_structure, touch_structure

TREE = (CoursePage, ModulePage, LessonPage)
FILES = (CourseDocument, CourseImage)


def refresh_course_of(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A course, module or lesson went live, ended or was deleted."""
    _refresh([instance.path])


def refresh_after_first_save(
    sender: type[Page], instance: Page, created: bool, **kwargs: Any
) -> None:
    """A page that came into the tree live, as an alias does without any other signal."""
    if created and instance.live and not kwargs.get("raw"):
        _refresh([instance.path])


def refresh_after_move(
    sender: type[Page],
    instance: Page,
    parent_page_before: Page,
    parent_page_after: Page,
    **kwargs: Any,
) -> None:
    """Moved or put in another order: both courses changed."""
    _refresh([parent_page_before.path, parent_page_after.path, instance.path])


def touch_course_of_file(
    sender: type[Any], instance: CourseDocument | CourseImage, **kwargs: Any
) -> None:
    """Lessons that were rendered with the file's old name or address are rendered again."""
    courses = CoursePage.objects.filter(collection_id=instance.collection_id)
    touch_structure(list(courses.values_list("pk", flat=True)))


def connect() -> None:
    for kind in TREE:
        for signal in (page_published, page_unpublished, post_delete):
            signal.connect(refresh_course_of, sender=kind, dispatch_uid=f"refresh {kind}")
        post_save.connect(refresh_after_first_save, sender=kind, dispatch_uid=f"first save {kind}")
        post_page_move.connect(refresh_after_move, sender=kind, dispatch_uid=f"move {kind}")
    for file in FILES:
        post_save.connect(touch_course_of_file, sender=file, dispatch_uid=f"touch {file}")
        post_delete.connect(touch_course_of_file, sender=file, dispatch_uid=f"untouch {file}")


def _refresh(paths: Iterable[str]) -> None:
    step = Page.steplen
    above = {path[:end] for path in paths for end in range(step, len(path) + 1, step)}
    courses = CoursePage.objects.filter(path__in=above).order_by("pk")
    for course_id in list(courses.values_list("pk", flat=True)):
        refresh_structure(course_id)
