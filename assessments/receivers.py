"""What the floors below report: work may have been done before its lesson counted."""

from typing import Any

from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import page_published, post_page_move

from assessments.services.completion import recheck_student, recheck_tree
from learning.models import Enrollment, LessonPage, ModulePage
from learning.signals import student_enrolled


def recheck_published(*, instance: Page, **kwargs: Any) -> None:
    """Work is placed now, or its module is in sight again."""
    recheck_tree(page=instance, cause=f"published-{_now()}")


def recheck_moved(
    *, instance: Page, parent_page_before: Page, parent_page_after: Page, **kwargs: Any
) -> None:
    """Out of a module that students could not see. Another order changes nothing."""
    if parent_page_before.pk != parent_page_after.pk:
        recheck_tree(page=instance, cause=f"moved-{_now()}")


def recheck_enrolled(*, enrollment: Enrollment, **kwargs: Any) -> None:
    """Who comes back may have been graded meanwhile."""
    recheck_student(enrollment=enrollment)


def connect() -> None:
    """Called once, when the app is ready."""
    for kind in (LessonPage, ModulePage):
        page_published.connect(recheck_published, sender=kind, dispatch_uid=f"recheck {kind}")
        post_page_move.connect(recheck_moved, sender=kind, dispatch_uid=f"recheck moved {kind}")
    student_enrolled.connect(recheck_enrolled, dispatch_uid="recheck enrolled")


def _now() -> float:
    return timezone.now().timestamp()
