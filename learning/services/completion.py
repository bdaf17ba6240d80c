"""Finished activities complete the lessons that hold them: at once, and when rules change later."""

from django.db.models import Q, QuerySet
from wagtail.models import Page

from accounts.models import User
from core.jobs import Step, Steps, enqueue
from learning.memberships import get_course_of
from learning.models import Activity, Enrollment, LessonActivity, LessonPage
from learning.models.enrollment import CompletionSource
from learning.registries import activity_kinds
from learning.selectors.activities import get_placed_states, list_own_lessons
from learning.selectors.placements import Placed, list_placed
from learning.services.progress import complete_lesson

CHUNK = 100
"""Students that one step of the job looks at."""
COMPLETE_LESSON = "learning.complete_lesson"
COMPLETE_FOR_STUDENT = "learning.complete_for_student"


def complete_placing_lessons(*, student: User, activity: Activity) -> int:
    """Completes each live lesson of the activity's course that holds it and is done altogether.

    Activities that aren't published, or of another course, are asked of nobody. Safe to call
    twice; nothing is ever taken away. Returns in how many lessons all is done.
    """
    return sum(
        _complete_if_done(student, lesson, activity.course_id)
        for lesson in list_own_lessons(activity)
    )


def recheck_lessons(*, activity: Activity) -> None:
    """After a change of the activity's rules: students who have done enough by now get its lessons.

    Writes a job for each lesson, in the caller's transaction.
    """
    for lesson in list_own_lessons(activity):
        recheck_lesson(lesson=lesson)


def recheck_tree(*, page: Page) -> None:
    """The same for every live lesson at and below a page that can be seen again."""
    lessons = LessonPage.objects.live().descendant_of(page, inclusive=True)
    for lesson in lessons.filter(pk__in=LessonActivity.objects.values("lesson")):
        recheck_lesson(lesson=lesson)


def recheck_student(*, enrollment: Enrollment) -> None:
    """For a student who comes back: what was graded while they were away counts now."""
    if _list_worked_on(enrollment):
        args = {"enrollment_id": enrollment.pk}
        enqueue(COMPLETE_FOR_STUDENT, key=str(enrollment.pk), args=args, again=True)


def complete_for_student(*, enrollment_id: int) -> int:
    """Completes the lessons whose activities this student has done; returns how many that are."""
    enrollment = Enrollment.objects.select_related("student", "course").get(pk=enrollment_id)
    return sum(
        complete_placing_lessons(student=enrollment.student, activity=activity)
        for activity in _list_worked_on(enrollment)
    )


def recheck_lesson(*, lesson: LessonPage) -> None:
    """The same for one lesson. Asked for again before it ran, it is one job."""
    if LessonActivity.objects.filter(lesson=lesson).exists():
        args = {"lesson_id": lesson.pk}
        enqueue(COMPLETE_LESSON, key=str(lesson.pk), args=args, again=True)


def complete_for_everybody(*, lesson_id: int, after: int = 0, done: int = 0) -> Steps:
    """Completes the lesson for students who have done its activities.

    It goes on beyond the enrollment `after`, when it has looked at `done` of them.
    """
    lesson = LessonPage.objects.live().filter(pk=lesson_id).first()
    course = get_course_of(lesson) if lesson is not None else None
    if lesson is None or course is None:
        return
    waiting = _students_who_worked(list_placed(lesson)).exclude(completions__lesson=lesson)
    waiting = waiting.filter(course=course).select_related("student").order_by("pk")
    while chunk := list(waiting.filter(pk__gt=after)[:CHUNK]):
        for enrollment in chunk:
            _complete_if_done(enrollment.student, lesson, course.pk)
        after = chunk[-1].pk
        done += len(chunk)
        yield Step(place={"after": after, "done": done}, done=done)


def _complete_if_done(student: User, lesson: LessonPage, course_id: int) -> bool:
    states = get_placed_states(student, list_placed(lesson), course_id).values()
    if not states or not all(state.done for state in states):
        return False
    complete_lesson(student=student, lesson=lesson, how=CompletionSource.ASSESSED)
    return True


def _students_who_worked(placed: tuple[Placed, ...]) -> QuerySet[Enrollment]:
    """Readers who did something at one of these activities."""
    ids = [one.id for one in placed]
    worked = Q(pk__in=[])
    for kind in activity_kinds.values():
        worked |= Q(student__in=kind.students_who_worked(ids))
    return Enrollment.objects.reading().filter(worked)


def _list_worked_on(enrollment: Enrollment) -> list[Activity]:
    """The activities of this course at which this student did something."""
    worked = Q(pk__in=[])
    for kind in activity_kinds.values():
        worked |= Q(pk__in=kind.worked_on(enrollment.student_id))
    activities = Activity.objects.filter(worked, course=enrollment.course_id)
    return list(activities.select_related("course"))
