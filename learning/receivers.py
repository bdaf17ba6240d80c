"""What follows from a signal. Connected in `LearningConfig.ready()`."""

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_delete, post_migrate, post_save
from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import page_published, post_page_move

from accounts.models import User
from accounts.signals import student_changed
from learning.models import CoursePage, Enrollment, LessonPage, ModulePage
from learning.services.announcements import announce_lessons
from learning.services.completion import recheck_student, recheck_tree
from learning.services.counts import count_in_courses
from learning.services.courses import drop_empty_collection
from learning.services.editor_rights import sync_editor_rights
from learning.services.placements import drop_bodies, sync_placements
from learning.services.structure import ensure_page_indexes
from learning.signals import student_enrolled


def announce_published(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A lesson went live, or a module or course that held live lessons back."""
    announce_lessons(under=instance)


def drop_collection(sender: type[Page], instance: CoursePage, **kwargs: Any) -> None:
    drop_empty_collection(collection_id=instance.collection_id)


def note_first_publication(
    sender: type[LessonPage], instance: LessonPage, created: bool, **kwargs: Any
) -> None:
    """A lesson that a program adds live was published, too: unpublished later, it is no draft."""
    if created and instance.live and instance.first_published_at is None:
        instance.first_published_at = timezone.now()
        stored = LessonPage.objects.filter(pk=instance.pk)
        stored.update(first_published_at=instance.first_published_at)


def write_placements(
    sender: type[LessonPage], instance: LessonPage, update_fields: Any, **kwargs: Any
) -> None:
    """In the transaction that stores a body. A draft of a live page is stored without it."""
    if not kwargs.get("raw") and (update_fields is None or "body" in update_fields):
        sync_placements(instance)
        drop_bodies(LessonPage.objects.filter(pk=instance.pk))


def recheck_published(*, instance: Page, **kwargs: Any) -> None:
    """Activities are placed now, or their module can be seen again."""
    recheck_tree(page=instance)


def recheck_moved(
    *, instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs: Any
) -> None:
    """Out of a module that students could not see. Another order changes nothing."""
    if parent_page_before.pk != parent_page_after.pk:
        recheck_tree(page=instance)


def recheck_enrolled(*, enrollment: Enrollment, **kwargs: Any) -> None:
    """A student who comes back may have been graded meanwhile."""
    recheck_student(enrollment=enrollment)


def count_changed_student(*, user: User, **kwargs: Any) -> None:
    """Whoever is no student, or may not sign in, is none of a course's students."""
    count_in_courses(user=user)


def sync_after_migrate(sender: AppConfig, **kwargs: Any) -> None:
    """After the last app: only then do all permissions exist. Not in the middle of a history."""
    if sender is _last_app() and _has_tables(kwargs.get("apps", apps)):
        sync_editor_rights()
        ensure_page_indexes()


def connect() -> None:
    for kind in (LessonPage, ModulePage, CoursePage):
        page_published.connect(announce_published, sender=kind, dispatch_uid=f"announce {kind}")
    for kind in (LessonPage, ModulePage):
        page_published.connect(recheck_published, sender=kind, dispatch_uid=f"recheck {kind}")
        post_page_move.connect(recheck_moved, sender=kind, dispatch_uid=f"recheck moved {kind}")
    post_save.connect(note_first_publication, sender=LessonPage, dispatch_uid="first publication")
    post_save.connect(write_placements, sender=LessonPage, dispatch_uid="write placements")
    student_changed.connect(count_changed_student, dispatch_uid="count student")
    student_enrolled.connect(recheck_enrolled, dispatch_uid="recheck enrolled")
    post_delete.connect(drop_collection, sender=CoursePage, dispatch_uid="drop collection")
    post_migrate.connect(sync_after_migrate, dispatch_uid="sync editor rights")


def _last_app() -> AppConfig:
    return [config for config in apps.get_app_configs() if config.models_module is not None][-1]


def _has_tables(state: Any) -> bool:
    try:
        state.get_model("wagtailcore", "GroupCollectionPermission")
        state.get_model("accounts", "User")
    except LookupError:
        return False
    return True
