"""Finished work completes the lessons that hold it."""

from collections.abc import Callable, Collection

from accounts.models import User
from assessments.models import Assignment, Quiz
from assessments.selectors.done import list_done_assignments, list_done_quizzes
from assessments.selectors.placements import list_own_lessons
from learning.models.enrollment import CompletionSource
from learning.selectors.placements import Activity, activities_in
from learning.services.progress import complete_lesson

DoneLister = Callable[[int, int, Collection[int]], dict[int, bool]]

DONE_LISTERS: dict[str, DoneLister] = {
    "quiz": list_done_quizzes,
    "assignment": list_done_assignments,
}


def complete_placing_lessons(*, student: User, work: Quiz | Assignment) -> int:
    """Completes each live lesson of the work's course that places it and whose work is all done.

    Work that isn't published, or of another course, is asked of nobody. Safe to call twice;
    nothing is ever taken away. Returns in how many lessons all is done.
    """
    placed = {lesson: activities_in(lesson) for lesson in list_own_lessons(work)}
    asked = {activity for activities in placed.values() for activity in activities}
    open_work = list_open_work(student.pk, work.course_id, asked)
    done = [lesson for lesson, activities in placed.items() if open_work.isdisjoint(activities)]
    for lesson in done:
        complete_lesson(student=student, lesson=lesson, how=CompletionSource.ASSESSED)
    return len(done)


def list_open_work(
    student_id: int, course_id: int, activities: Collection[Activity]
) -> set[Activity]:
    """Which of these a student has still to do. Two queries for each kind of work."""
    return {
        (kind, pk)
        for kind, list_done in DONE_LISTERS.items()
        if (ids := {pk for key, pk in activities if key == kind})
        for pk, is_done in list_done(student_id, course_id, ids).items()
        if not is_done
    }
