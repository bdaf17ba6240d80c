"""Where work stands in its own course. Copies of a lesson elsewhere hold it in name only."""

from assessments.models import Assignment, Quiz
from learning.models import LessonPage
from learning.selectors.placements import Activity, lessons_placing
from learning.selectors.structure import get_structure

Work = Quiz | Assignment


def kind_of(work: Work) -> str:
    """The key of its activity type."""
    return "quiz" if isinstance(work, Quiz) else "assignment"


def activity_of(work: Work) -> Activity:
    """How a lesson names it."""
    return kind_of(work), work.pk


def list_places(work: Work) -> list[LessonPage]:
    """The lessons of the work's own course that hold it, those that were unpublished too."""
    return lessons_placing(*activity_of(work), course=work.course)


def list_own_lessons(work: Work) -> list[LessonPage]:
    """The live ones of them."""
    return [lesson for lesson in list_places(work) if lesson.live]


def is_within_reach(work: Work) -> bool:
    """Students find it: in a lesson that they can read, or in no lesson at all."""
    shown = get_structure(work.course).lessons
    return any(activity_of(work) in lesson.activities for lesson in shown) or not list_places(work)
