"""Finished work completes the lessons that hold it: at once, and later when the rules change."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from wagtail.models import Page

from accounts.models import User
from assessments.models import Assignment, Attempt, Quiz, Submission
from assessments.selectors.placements import kind_of, list_own_lessons
from core.jobs import enqueue
from learning.models import Enrollment, LessonPage
from learning.models.enrollment import CompletionSource
from learning.selectors.placements import activities_in
from learning.selectors.standing import get_course_of
from learning.selectors.work import list_placed_states
from learning.services.progress import complete_lesson

CHUNK = 500
"""Students that one job looks at; the rest is left to the next."""
COMPLETE_LESSON = "assessments.complete_lesson"
COMPLETE_FOR_STUDENT = "assessments.complete_for_student"


def complete_placing_lessons(*, student: User, work: Quiz | Assignment) -> int:
    """Completes each live lesson of the work's course that places it and whose work is all done.

    Work that isn't published, or of another course, is asked of nobody. Safe to call twice;
    nothing is ever taken away. Returns in how many lessons all is done.
    """
    return sum(
        _complete_if_done(student, lesson, work.course_id) for lesson in list_own_lessons(work)
    )


def recheck_lessons(*, work: Quiz | Assignment) -> None:
    """After a change of the work's rules: who has done enough by now gets their lessons.

    Writes a job for each lesson, in the caller's transaction.
    """
    cause = f"{kind_of(work)}-{work.pk}-{timezone.now().timestamp()}"
    for lesson in list_own_lessons(work):
        recheck_lesson(lesson=lesson, cause=cause)


def recheck_tree(*, page: Page, cause: str) -> None:
    """The same for every live lesson at and below a page that came in sight."""
    for lesson in LessonPage.objects.live().descendant_of(page, inclusive=True):
        recheck_lesson(lesson=lesson, cause=cause)


def recheck_student(*, enrollment: Enrollment) -> None:
    """For who comes back: what was handed in, or graded, while they were away counts now."""
    cause = f"enrollment-{enrollment.pk}-{timezone.now().timestamp()}"
    if _works_of(enrollment):
        enqueue(COMPLETE_FOR_STUDENT, key=cause, args={"enrollment_id": enrollment.pk})


def complete_for_student(*, enrollment_id: int) -> int:
    """Completes the lessons whose work this student has done; returns how many that are."""
    enrollment = Enrollment.objects.select_related("student", "course").get(pk=enrollment_id)
    return sum(
        complete_placing_lessons(student=enrollment.student, work=work)
        for work in _works_of(enrollment)
    )


def recheck_lesson(*, lesson: LessonPage, cause: str) -> None:
    """The same for one lesson, as when it was published. The same cause again is the same job."""
    if activities_in(lesson):
        key = f"{lesson.pk}:{cause}"
        enqueue(COMPLETE_LESSON, key=key, args={"lesson_id": lesson.pk, "cause": cause})


def complete_for_everybody(*, lesson_id: int, cause: str, after: int = 0) -> int:
    """Completes the lesson for students who have done its work already, and returns for how many.

    Looks at `CHUNK` enrollments beyond the one numbered `after`, and leaves the rest to a job.
    """
    lesson = LessonPage.objects.live().filter(pk=lesson_id).first()
    course = get_course_of(lesson) if lesson is not None else None
    if lesson is None or course is None:
        return 0
    waiting = _who_did_some_of_it(lesson).filter(course=course, pk__gt=after).order_by("pk")
    chunk = list(waiting.select_related("student")[:CHUNK])
    if len(chunk) == CHUNK:
        last = chunk[-1].pk
        args = {"lesson_id": lesson_id, "cause": cause, "after": last}
        enqueue(COMPLETE_LESSON, key=f"{lesson_id}:{cause}:{last}", args=args)
    return sum(_complete_if_done(enrollment.student, lesson, course.pk) for enrollment in chunk)


def _complete_if_done(student: User, lesson: LessonPage, course_id: int) -> bool:
    states = list_placed_states(student, activities_in(lesson), course_id).values()
    if not states or not all(state.done for state in states):
        return False
    complete_lesson(student=student, lesson=lesson, how=CompletionSource.ASSESSED)
    return True


def _who_did_some_of_it(lesson: LessonPage) -> QuerySet[Enrollment]:
    """Readers without this lesson's tick who handed in some of its work."""
    placed = activities_in(lesson)
    quizzes = [pk for kind, pk in placed if kind == "quiz"]
    assignments = [pk for kind, pk in placed if kind == "assignment"]
    attempts = Attempt.objects.submitted().filter(student=OuterRef("student"), quiz__in=quizzes)
    submissions = Submission.objects.filter(student=OuterRef("student"), assignment__in=assignments)
    readers = Enrollment.objects.reading().exclude(completions__lesson=lesson)
    return readers.filter(Q(Exists(attempts)) | Q(Exists(submissions)))


def _works_of(enrollment: Enrollment) -> list[Quiz | Assignment]:
    """What this student handed in, in this course."""
    course, student = enrollment.course_id, enrollment.student_id
    attempts = Attempt.objects.submitted().filter(student=student)
    submissions = Submission.objects.filter(student=student)
    quizzes = Quiz.objects.filter(course=course, pk__in=attempts.values("quiz"))
    assignments = Assignment.objects.filter(course=course, pk__in=submissions.values("assignment"))
    return [*quizzes.select_related("course"), *assignments.select_related("course")]
