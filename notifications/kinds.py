"""The kinds of notification that the academy itself sends."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from learning.access import get_readers
from learning.models import Activity, Enrollment, LessonPage
from learning.registries import activity_kinds
from notifications.registries import Kind, kinds

LESSON_PUBLISHED = "lesson_published"
ACTIVITY_PUBLISHED = "activity_published"
GRADED = "graded"


class LessonPublished(Kind):
    """Students are told for whom the lesson is there. `context["lesson"]` is its key."""

    def get_readers(self, course_id: int, context: Mapping[str, Any]) -> QuerySet[Enrollment]:
        if "lesson" not in context:
            return super().get_readers(course_id, context)
        lesson = LessonPage.objects.filter(pk=context["lesson"]).first()
        return get_readers(lesson, with_locked=True) if lesson else Enrollment.objects.none()


class ActivityPublished(Kind):
    """The kind of the activity says it in its own words: `context["activity_kind"]` names it.

    Students are told for whom the activity is there, also before it opens. `context["activity"]` is
    its key.
    """

    def get_readers(self, course_id: int, context: Mapping[str, Any]) -> QuerySet[Enrollment]:
        if "activity" not in context:
            return super().get_readers(course_id, context)
        activity = Activity.objects.filter(pk=context["activity"]).first()
        return get_readers(activity, with_locked=True) if activity else Enrollment.objects.none()

    def get_sentence(self, context: Mapping[str, Any]) -> str | Promise:
        activity_kind = activity_kinds.get(context.get("activity_kind", ""))
        return activity_kind.announcement if activity_kind else self.sentence

    def get_icon(self, context: Mapping[str, Any]) -> str:
        activity_kind = activity_kinds.get(context.get("activity_kind", ""))
        return activity_kind.icon if activity_kind else self.icon


def register_kinds() -> None:
    """Called once, when the app is ready."""
    for kind in (
        LessonPublished(LESSON_PUBLISHED, _("New lesson in %(course)s: %(title)s"), "book-open"),
        ActivityPublished(
            ACTIVITY_PUBLISHED,
            _("New in %(course)s: %(title)s"),
            "clipboard-document-check",
            email=True,
        ),
        Kind(GRADED, _("“%(title)s” in %(course)s has been graded"), "check-badge", email=True),
    ):
        kinds.register(kind.key, kind)
