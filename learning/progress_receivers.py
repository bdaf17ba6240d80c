"""Changes of the page tree and of files, told to the courses and lessons that they concern."""

from collections.abc import Collection, Iterable
from contextvars import ContextVar
from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move, pre_page_move

from learning.memberships import get_courses_around
from learning.models import (
    CourseDocument,
    CourseImage,
    CourseIndexPage,
    CoursePage,
    CourseRendition,
    LessonPage,
    ModulePage,
)
from learning.services.placements import drop_bodies, drop_bodies_linking
from learning.services.structure import (
    mark_structures_stale,
    refresh_structure,
    touch_structure,
)

TREE = (CoursePage, ModulePage, LessonPage)
FILES = (CourseDocument, CourseImage)


leaving: ContextVar[dict[int, list[int]]] = ContextVar("leaving")
"""The courses that pages are just moved out of, by page: only known before the move."""


def remember_course_left(
    sender: type[Page], instance: Page, parent_page_before: Page, **kwargs: Any
) -> None:
    """The move then saves the page in its own transaction, where both courses are marked."""
    left = get_courses_around([parent_page_before.path]).values_list("pk", flat=True)
    leaving.set({instance.pk: list(left)})


def mark_courses_of(
    sender: type[Page],
    instance: Page,
    update_fields: Collection[str] | None = None,
    raw: bool = False,
    **kwargs: Any,
) -> None:
    """A page was saved, maybe as a plain `Page`: what is live may change with this transaction.

    Saving a draft of a live page writes other columns only.
    """
    if raw or (update_fields is not None and "live" not in update_fields):
        return
    here = get_courses_around([instance.path]).values_list("pk", flat=True)
    mark_structures_stale([*here, *leaving.get({}).get(instance.pk, [])])


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
    leaving.set({})
    _refresh([parent_page_before.path, parent_page_after.path, instance.path])


def drop_bodies_with_file(
    sender: type[Any], instance: CourseDocument | CourseImage, **kwargs: Any
) -> None:
    """Lessons that were rendered with the file's old name or address are rendered again."""
    drop_bodies(LessonPage.objects.filter(pk__in=instance.lesson_references.values("lesson")))


def drop_bodies_with_rendition(
    sender: type[CourseRendition], instance: CourseRendition, **kwargs: Any
) -> None:
    """A replaced picture loses its old sizes after it was saved, not at the same moment."""
    drop_bodies_with_file(CourseImage, instance.image)


def drop_bodies_linking_changed(
    sender: type[Any], instance: Any, update_fields: Any, **kwargs: Any
) -> None:
    """Before a page of any type is stored with another address or live state, also by a move."""
    if not isinstance(instance, Page) or not instance.pk or kwargs.get("raw"):
        return
    if update_fields is None or {"url_path", "live"} & set(update_fields):
        drop_bodies_linking(instance)


def drop_bodies_linking_deleted(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Before the rows are gone that say which lessons link there."""
    drop_bodies(LessonPage.objects.filter(pk__in=instance.lesson_references.values("lesson")))


def touch_courses_of_catalogue(
    sender: type[CourseIndexPage], instance: CourseIndexPage, **kwargs: Any
) -> None:
    """The catalogue's title and address stand above every page of its courses."""
    touch_structure(CoursePage.objects.child_of(instance).values_list("pk", flat=True))


def connect() -> None:
    for kind in TREE:
        for signal in (page_published, page_unpublished, post_delete):
            signal.connect(refresh_course_of, sender=kind, dispatch_uid=f"refresh {kind}")
        post_save.connect(refresh_after_first_save, sender=kind, dispatch_uid=f"first save {kind}")
        post_save.connect(mark_courses_of, sender=kind, dispatch_uid=f"mark {kind}")
        pre_page_move.connect(remember_course_left, sender=kind, dispatch_uid=f"leave {kind}")
        post_page_move.connect(refresh_after_move, sender=kind, dispatch_uid=f"move {kind}")
    post_save.connect(mark_courses_of, sender=Page, dispatch_uid="mark plain page")
    for file in FILES:
        post_save.connect(drop_bodies_with_file, sender=file, dispatch_uid=f"saved {file}")
        # Before: after it, nobody knows any more which lessons held the file.
        pre_delete.connect(drop_bodies_with_file, sender=file, dispatch_uid=f"deleted {file}")
    post_delete.connect(
        drop_bodies_with_rendition, sender=CourseRendition, dispatch_uid="deleted rendition"
    )
    pre_save.connect(drop_bodies_linking_changed, dispatch_uid="linked page changes")
    pre_delete.connect(drop_bodies_linking_deleted, sender=Page, dispatch_uid="linked page deleted")
    page_published.connect(
        touch_courses_of_catalogue, sender=CourseIndexPage, dispatch_uid="touch catalogue"
    )


def _refresh(paths: Iterable[str]) -> None:
    courses = get_courses_around(paths).order_by("pk")
    for course_id in list(courses.values_list("pk", flat=True)):
        refresh_structure(course_id)
