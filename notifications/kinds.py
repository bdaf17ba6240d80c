"""The kinds of news that the academy itself tells."""

from django.utils.translation import gettext_lazy as _

from notifications.registries import Kind, kinds

LESSON_PUBLISHED = "lesson_published"
QUIZ_PUBLISHED = "quiz_published"
ASSIGNMENT_PUBLISHED = "assignment_published"
GRADED = "graded"


def register_kinds() -> None:
    """Called once, when the app is ready."""
    for kind in (
        Kind(LESSON_PUBLISHED, _("New lesson in %(course)s: %(title)s"), "book-open"),
        Kind(QUIZ_PUBLISHED, _("New quiz in %(course)s: %(title)s"), "question-mark-circle", True),
        Kind(
            ASSIGNMENT_PUBLISHED,
            _("New assignment in %(course)s: %(title)s"),
            "pencil-square",
            True,
        ),
        Kind(GRADED, _("“%(title)s” in %(course)s has been graded"), "check-badge", True),
    ):
        kinds.register(kind.key, kind)
