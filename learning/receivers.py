"""What follows from a signal. Connected in `LearningConfig.ready()`."""

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_delete, post_migrate
from wagtail.models import Page
from wagtail.signals import page_published

from learning.models import CoursePage, LessonPage, ModulePage
from learning.services.courses import drop_empty_collection
from learning.services.editor_rights import sync_editor_rights
from learning.services.publication import announce_lessons


def announce_published(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A lesson went live, or a module or course that held live lessons back."""
    announce_lessons(under=instance)


def drop_collection(sender: type[Page], instance: CoursePage, **kwargs: Any) -> None:
    drop_empty_collection(collection_id=instance.collection_id)


def sync_after_migrate(sender: AppConfig, **kwargs: Any) -> None:
    """After the last app: only then do all permissions exist. Not in the middle of a history."""
    if sender is _last_app() and _has_tables(kwargs.get("apps", apps)):
        sync_editor_rights()


def connect() -> None:
    for kind in (LessonPage, ModulePage, CoursePage):
        page_published.connect(announce_published, sender=kind, dispatch_uid=f"announce {kind}")
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
