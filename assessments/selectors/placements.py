"""Where work stands in its own course. Copies of a lesson elsewhere hold it in name only."""

from assessments.models import Assignment, Quiz
from learning.models import CoursePage, LessonPage
from learning.selectors.placements import lessons_placing

Work = Quiz | Assignment


def kind_of(work: Work) -> str:
    """The key of its activity type."""
    return "quiz" if isinstance(work, Quiz) else "assignment"


def list_own_lessons(work: Work) -> list[LessonPage]:
    """The live lessons of the work's own course that place it."""
    return [
        lesson
        for lesson in lessons_placing(kind_of(work), work.pk)
        if is_in_course(lesson, work.course)
    ]


def is_in_course(lesson: LessonPage, course: CoursePage) -> bool:
    """By the tree as it is now; no query."""
    return bool(lesson.path.startswith(course.path))
