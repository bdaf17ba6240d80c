"""What students have completed, and the figures that follow from it.

The rows are the truth. The stored count of an enrollment is always recounted from them, under a
lock on the enrollment, so that it equals what a rebuild would find.
"""

from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Conflict, Forbidden
from learning.models import CoursePage, Enrollment, EnrollmentEvent, LessonCompletion, LessonPage
from learning.models.enrollment import (
    READING_STATES,
    CompletionSource,
    EnrollmentSource,
    EnrollmentState,
)
from learning.permissions import can_complete_lesson
from learning.registries import ActivityState
from learning.selectors.activities import get_placed_states
from learning.selectors.placements import list_placed
from learning.selectors.standing import Place, get_place
from learning.selectors.structure import count_figures
from learning.signals import lesson_completed


@transaction.atomic
def complete_lesson(
    *, student: User, lesson: LessonPage, how: str = CompletionSource.MARKED
) -> LessonCompletion | None:
    """Marks the lesson as complete and recounts the student's progress. Again: the same row.

    By hand (`marked`, `viewed`): raises `Forbidden` for who may not read the lesson now as a
    student, and `Conflict` while the lesson holds work that is not done.
    `assessed`: the work was done. Where the lesson does not count for this student, because they
    left or it is in another course, there is nothing to mark: None.
    """
    place = get_place(student, lesson)
    if how == CompletionSource.ASSESSED:
        if not _counts(lesson, place):
            return None
    else:
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
    place = get_place(student, lesson)
    if place is None or not can_complete_lesson(student, lesson, place=place):
        raise Forbidden
    enrollment = _lock(place)
    row = LessonCompletion.objects.filter(enrollment=enrollment, lesson=lesson).first()
    if row is None:
        return
    if row.how == CompletionSource.ASSESSED and _list_work(student, lesson, place):
        raise Conflict(_("This lesson is complete because its work is done."))
    row.delete()
    recount_enrollment(enrollment)


@transaction.atomic
def recount_enrollment(enrollment: Enrollment) -> None:
    """Sets the count and the state that follow from the rows, and updates `enrollment`."""
    held = Enrollment.objects.select_for_update(of=("self",)).select_related("course")
    locked = held.get(pk=enrollment.pk)
    required = count_figures(locked.course).required_ids
    rows = LessonCompletion.objects.filter(enrollment=locked, lesson__in=required)
    locked.lessons_done = rows.count()
    _follow_count(locked, len(required))
    locked.save(update_fields=["lessons_done", "state", "completed_at"])
    enrollment.lessons_done = locked.lessons_done
    enrollment.state, enrollment.completed_at = locked.state, locked.completed_at


@transaction.atomic
def recount_course(course_id: int) -> None:
    """The same for everybody in the course, in a constant number of queries.

    All rows are locked before anything is counted: a lesson completed at the same moment is
    either seen here, or recounts itself afterwards.
    """
    course = CoursePage.objects.filter(pk=course_id).first()
    if course is None:
        return
    everybody = Enrollment.objects.filter(course_id=course_id)
    list(everybody.select_for_update().order_by("pk").values_list("pk"))
    required = count_figures(course).required_ids
    _recount_all(everybody, required)
    if required:
        active = everybody.filter(state=EnrollmentState.ACTIVE)
        _move_all(active.filter(lessons_done__gte=len(required)), EnrollmentState.COMPLETED)
        completed = everybody.filter(state=EnrollmentState.COMPLETED)
        _move_all(completed.filter(lessons_done__lt=len(required)), EnrollmentState.ACTIVE)


def _counts(lesson: LessonPage, place: Place | None) -> bool:
    return (
        place is not None and bool(lesson.live) and place.module_live and place.standing.is_reading
    )


def _check_by_hand(student: User, lesson: LessonPage, place: Place | None, how: str) -> str:
    """How the lesson may be marked now."""
    if place is None or not can_complete_lesson(student, lesson, place=place):
        raise Forbidden
    work = _list_work(student, lesson, place)
    if not work:
        return how
    if all(state.done for state in work):
        return CompletionSource.ASSESSED
    raise Conflict(_("This lesson is complete when its work is done."))


def _list_work(student: User, lesson: LessonPage, place: Place) -> list[ActivityState]:
    """The published work of this course that the lesson places, as the student sees it."""
    return list(get_placed_states(student, list_placed(lesson), place.course.pk).values())


def _lock(place: Place | None) -> Enrollment:
    if place is None or place.standing.enrollment is None:
        raise Forbidden
    return Enrollment.objects.select_for_update().get(pk=place.standing.enrollment.pk)


def _follow_count(enrollment: Enrollment, required: int) -> None:
    """Completed is who has done all of what is required now. Nothing required changes nobody."""
    is_done = enrollment.lessons_done >= required
    if not required or enrollment.state not in READING_STATES:
        return
    if is_done and enrollment.state == EnrollmentState.ACTIVE:
        enrollment.state, enrollment.completed_at = EnrollmentState.COMPLETED, timezone.now()
        _record(enrollment, EnrollmentState.ACTIVE)
    elif not is_done and enrollment.state == EnrollmentState.COMPLETED:
        enrollment.state, enrollment.completed_at = EnrollmentState.ACTIVE, None
        _record(enrollment, EnrollmentState.COMPLETED)


def _record(enrollment: Enrollment, before: str) -> None:
    EnrollmentEvent.objects.create(
        enrollment=enrollment,
        old_state=before,
        new_state=enrollment.state,
        source=EnrollmentSource.SYSTEM,
    )


def _recount_all(enrollments: QuerySet[Enrollment], required: Collection[int]) -> None:
    rows = LessonCompletion.objects.filter(enrollment=OuterRef("pk"), lesson__in=required)
    counts = rows.order_by().values("enrollment").annotate(total=Count("pk")).values("total")
    true_count = Coalesce(Subquery(counts), 0)
    wrong = enrollments.annotate(true_count=true_count).exclude(lessons_done=F("true_count"))
    wrong.update(lessons_done=true_count)


def _move_all(enrollments: QuerySet[Enrollment], state: str) -> None:
    """Changes the state of many, with one event each."""
    now = timezone.now()
    events = enrollments.order_by().values_list(
        "pk",
        "state",
        Value(state, output_field=CharField()),
        Value(EnrollmentSource.SYSTEM.value, output_field=CharField()),
        Value(now, output_field=DateTimeField()),
    )
    columns = "enrollment_id, old_state, new_state, source, created"
    table = EnrollmentEvent._meta.db_table
    select, params = events.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) {select}", params)
    completed_at = now if state == EnrollmentState.COMPLETED else None
    enrollments.update(state=state, completed_at=completed_at)
