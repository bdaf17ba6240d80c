"""What students have completed, and the figures that follow from it.

The rows are the truth. The stored count of an enrollment is always recounted from them, under a
lock on the enrollment, so that it equals what a rebuild would find. A course is completed once:
state and date then stay, whatever is required later, and only the count follows.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Conflict, Forbidden
from core.jobs import Step, Steps, run_steps
from learning.memberships import Place, get_place
from learning.models import CoursePage, Enrollment, EnrollmentEvent, LessonCompletion, LessonPage
from learning.models.enrollment import (
    CompletionSource,
    EnrollmentSource,
    EnrollmentState,
)
from learning.permissions import require_student_access
from learning.registries import ActivityState, completion_rules
from learning.selectors.activities import get_placed_states
from learning.selectors.placements import list_placed
from learning.selectors.structure import count_figures
from learning.services.counts import counted_again
from learning.signals import course_completed, lesson_completed

CHUNK = 200
"""Enrollments that are locked at once: students who complete a lesson wait only for a moment."""


@transaction.atomic
def complete_lesson(
    *, student: User, lesson: LessonPage, how: str = CompletionSource.MARKED
) -> LessonCompletion | None:
    """Marks the lesson as complete and recounts the student's progress. Again: the same row.

    By hand (`marked`, `viewed`): raises `Forbidden` for people who may not read the lesson now as a
    student, and `Conflict` while it is locked or holds work that is not done.
    `assessed`: the work was done. Where the lesson does not count for this student, because they
    left or it is in another course, there is nothing to mark: None.
    """
    if how == CompletionSource.ASSESSED:
        place = get_place(student, lesson)
        is_shown = bool(lesson.live) and place is not None and place.module_live
        if place is None or not is_shown or not place.membership.is_reading:
            return None
    else:
        place = require_student_access(student, lesson)
        how = _check_by_hand(student, lesson, place, how)
    enrollment = _lock(place)
    completion, created = LessonCompletion.objects.get_or_create(
        enrollment=enrollment, lesson=lesson, defaults={"how": how}
    )
    if created:
        lesson_completed.send(sender=LessonCompletion, completion=completion)
    recount_enrollment(enrollment)
    return completion


@transaction.atomic
def reopen_lesson(*, student: User, lesson: LessonPage) -> None:
    """Takes the student's own mark back. Again: nothing more.

    Raises `Forbidden` as `complete_lesson` does, and `Conflict` where the work that completed the
    lesson still stands in it.
    """
    place = require_student_access(student, lesson)
    enrollment = _lock(place)
    row = LessonCompletion.objects.filter(enrollment=enrollment, lesson=lesson).first()
    if row is None:
        return
    if row.how == CompletionSource.ASSESSED and _list_work(student, lesson, place):
        raise Conflict(_("This lesson is complete because its work is done."))
    row.delete()
    recount_enrollment(enrollment)


def recount_enrollment(enrollment: Enrollment) -> None:
    """Sets the count and the state that follow from the rows, and updates `enrollment`."""
    course = enrollment.course
    [stored] = _recount(course, Enrollment.objects.filter(pk=enrollment.pk))
    enrollment.lessons_done = stored.lessons_done
    enrollment.state, enrollment.completed_at = stored.state, stored.completed_at


def recount_course(course_id: int) -> None:
    """The same for everybody in the course, now."""
    run_steps(recount_in_steps(course_id))


def recount_in_steps(course_id: int, after: int = 0) -> Steps:
    """The same in steps: each locks and counts the next `CHUNK` enrollments beyond `after`.

    What is required is read in each step. Where it changes meanwhile, the job runs once more.
    """
    course = CoursePage.objects.filter(pk=course_id).first()
    if course is None:
        return
    everybody = Enrollment.objects.filter(course_id=course_id)
    total = everybody.count()
    done = everybody.filter(pk__lte=after).count()
    while rows := _recount(course, everybody.filter(pk__gt=after).order_by("pk")[:CHUNK]):
        after = rows[-1].pk
        done += len(rows)
        yield Step(place=after, done=done, total=total)


def find_with_all_required(course: CoursePage, enrollments: Collection[Enrollment]) -> set[int]:
    """The rule for completing a course: all required lessons. Nothing required completes nobody."""
    required = course.required_count
    return {row.pk for row in enrollments if required and row.lessons_done >= required}


def _check_by_hand(student: User, lesson: LessonPage, place: Place | None, how: str) -> str:
    """How the lesson may be marked now."""
    work = _list_work(student, lesson, place)
    if not work:
        return how
    if all(state.done for state in work):
        return CompletionSource.ASSESSED
    raise Conflict(_("This lesson is complete when its work is done."))


def _list_work(student: User, lesson: LessonPage, place: Place | None) -> list[ActivityState]:
    """The published work of this course that the lesson places, as the student sees it."""
    if place is None:
        return []
    return list(get_placed_states(student, list_placed(lesson), place.course.pk).values())


def _lock(place: Place | None) -> Enrollment:
    if place is None or place.membership.enrollment is None:
        raise Forbidden
    enrollment = Enrollment.objects.select_for_update().get(pk=place.membership.enrollment.pk)
    enrollment.course = place.course
    return enrollment


@transaction.atomic
def _recount(course: CoursePage, enrollments: QuerySet[Enrollment]) -> list[Enrollment]:
    """Counts these enrollments of one course in a constant number of queries and returns them.

    They are locked before anything is counted: a lesson completed at the same moment is either
    seen here, or recounts itself afterwards.
    """
    rows = list(enrollments.select_for_update())
    required = count_figures(course).required_ids
    course.required_count = len(required)
    completions = LessonCompletion.objects.filter(lesson__in=required).order_by()
    counts = dict(
        completions.filter(enrollment__in=rows).values_list("enrollment").annotate(Count("pk"))
    )
    changed = [row for row in rows if row.lessons_done != counts.get(row.pk, 0)]
    for row in changed:
        row.lessons_done = counts.get(row.pk, 0)
    if changed:
        own = completions.filter(enrollment=OuterRef("pk")).values("enrollment")
        total = own.annotate(total=Count("pk")).values("total")
        stored = Enrollment.objects.filter(pk__in=[row.pk for row in changed])
        with counted_again(stored.reading()):
            stored.update(lessons_done=Coalesce(Subquery(total), 0))
    _complete_courses(course, rows)
    return rows


def _complete_courses(course: CoursePage, rows: Collection[Enrollment]) -> None:
    """Completes the course for those whom every rule names, once, and says so."""
    active = [row for row in rows if row.state == EnrollmentState.ACTIVE]
    named = {row.pk for row in active}
    for rule in completion_rules.values():
        named &= rule(course, active)
    completed = [row for row in active if row.completed_at or row.pk in named]
    if not completed:
        return
    now = timezone.now()
    new = [row.pk for row in completed if row.completed_at is None]
    for row in completed:
        row.state, row.completed_at = EnrollmentState.COMPLETED, row.completed_at or now
    Enrollment.objects.filter(pk__in=[row.pk for row in completed]).update(
        state=EnrollmentState.COMPLETED, completed_at=Coalesce("completed_at", now)
    )
    EnrollmentEvent.objects.bulk_create(
        EnrollmentEvent(
            enrollment=row,
            old_state=EnrollmentState.ACTIVE,
            new_state=EnrollmentState.COMPLETED,
            source=EnrollmentSource.SYSTEM,
        )
        for row in completed
    )
    if new:
        course_completed.send(sender=Enrollment, enrollment_ids=new)
