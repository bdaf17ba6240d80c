"""What the floors below report."""

from typing import Any

from wagtail.models import Revision
from wagtail.signals import page_published

from assessments.services.completion import recheck_lesson
from learning.models import LessonPage


def recheck_published_lesson(*, instance: LessonPage, revision: Revision, **kwargs: Any) -> None:
    """Work that is placed later may have been done already."""
    recheck_lesson(lesson=instance, cause=f"revision-{revision.pk}")


def connect() -> None:
    """Called once, when the app is ready."""
    page_published.connect(
        recheck_published_lesson, sender=LessonPage, dispatch_uid="assessments.recheck_lesson"
    )
