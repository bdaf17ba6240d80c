"""The one way in which points come into the gradebook, whoever or whatever gives them."""

from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Grade, GradeEvent, GradeItem, Submission
from assessments.models.assignments import SubmissionState
from assessments.signals import grade_released
from core.errors import Conflict, InvalidInput
from core.numbers import format_points
from learning.models import Activity
from learning.registries import activity_kinds
from learning.services.completion import complete_placing_lessons

CENT = Decimal("0.01")
LONGEST_FEEDBACK = 20_000
LONGEST_REASON = 200
NO_GRADE_YET = 0
"""The version that a page shows where nothing was graded yet."""


class _Change(NamedTuple):
    """What somebody wants to write."""

    points: Decimal | None
    max_points: Decimal
    feedback: str
    by: User | None
    version: int | None
    reason: str
    is_override: bool


def item_for(activity: Activity) -> GradeItem:
    """The row under which this activity is graded. Made when first asked for, also by two at once.

    Follows the activity's title and points; grades that were given keep the maximum they were
    given on. Raises `LookupError` for a kind that is not graded.
    """
    facts = _facts(activity)
    if facts is None:
        raise LookupError(f"{activity} is not graded")
    item, _made = GradeItem.objects.get_or_create(activity=activity, defaults=facts)
    stale = {name: value for name, value in facts.items() if getattr(item, name) != value}
    if stale:
        GradeItem.objects.filter(pk=item.pk).update(**stale)
        item.refresh_from_db(fields=list(stale))
    return item


def follow_activity(activity: Activity) -> None:
    """After a change: a grade item keeps up with its activity. One never published gets none."""
    is_graded = _facts(activity) is not None
    visible = activity.published and not activity.archived
    if is_graded and (visible or GradeItem.objects.filter(activity=activity.pk).exists()):
        item_for(activity)


def _facts(activity: Activity) -> dict[str, Any] | None:
    points = activity_kinds[activity.kind].get_max_points(activity.specific)
    if points is None:
        return None
    return {"course_id": activity.course_id, "title": activity.title, "max_points": points}


@transaction.atomic
def record_grade(
    *,
    item: GradeItem,
    student: User,
    points: Decimal | int | str | None,
    by: User | None,
    version: int | None = None,
    feedback: str | None = None,
    reason: str = "",
    max_points: Decimal | None = None,
) -> Grade:
    """Gives `student` points for `item`; `points` None takes them back, `by` None is the academy.

    `version` is the one that the grader saw (0: none yet): where the grade was changed meanwhile,
    `Conflict` names both values, unless both say the same. None: no check. `feedback` None leaves
    it as it is. `max_points`: what could be had, where it is not the item's. Each change is one
    `GradeEvent`; the same again changes nothing. Raises `InvalidInput` for points out of range.

    What a person gives for an activity that is graded by itself is an override: later computed
    points change nothing that counts, and None brings them back.
    """
    ceiling = item.max_points if max_points is None else max_points
    clean = None if points is None else clean_points(points, ceiling)
    grade = _lock_grade(item, student)
    said = grade.feedback if feedback is None else _clean_feedback(feedback)
    is_override = by is not None and _grades_itself(item)
    change = _Change(clean, ceiling, said, by, version, reason[:LONGEST_REASON], is_override)
    if _says_the_same(grade, change):
        return grade
    _refuse_if_changed_meanwhile(grade, change)
    before = (grade.points, grade.feedback)
    _write(grade, change)
    sync_submission(grade)
    if item.released and (grade.points, grade.feedback) != before:
        grade_released.send(sender=Grade, grade=grade)
    return grade


def sync_submission(grade: Grade) -> None:
    """What was graded leaves the queue and completes its lessons; points that were taken back
    bring it there again. Nothing for work that nobody hands in.
    """
    is_graded = grade.points is not None
    state = SubmissionState.GRADED if is_graded else SubmissionState.SUBMITTED
    mine = Submission.objects.filter(assignment=grade.item.activity_id, student=grade.student)
    if mine.update(state=state) and is_graded:
        activity = Activity.objects.select_related("course").get(pk=grade.item.activity_id)
        complete_placing_lessons(student=grade.student, activity=activity)


def clean_points(points: Decimal | int | str, max_points: Decimal) -> Decimal:
    """Finite, 0 to `max_points`, at most two places. Raises `InvalidInput` for field `points`."""
    try:
        value = Decimal(points)
    except (InvalidOperation, TypeError, ValueError):
        raise InvalidInput(_("Points are a number."), field="points") from None
    if not value.is_finite():
        raise InvalidInput(_("Points are a number."), field="points")
    if not 0 <= value <= max_points:
        raise InvalidInput(
            _("Points are between 0 and %(max)s.") % {"max": format_points(max_points)},
            field="points",
        )
    if value != value.quantize(CENT):
        raise InvalidInput(_("Points have at most two decimal places."), field="points")
    return abs(value.quantize(CENT))


def _lock_grade(item: GradeItem, student: User) -> Grade:
    """The row, held until the transaction ends. A new one has version 0 and no points."""
    blank = Grade(
        item=item,
        student=student,
        max_points=item.max_points,
        version=NO_GRADE_YET,
        graded_at=timezone.now(),
    )
    held = Grade.objects.select_for_update(of=("self",), no_key=True)
    grade = held.filter(item=item, student=student).first()
    if grade is None:
        Grade.objects.bulk_create([blank], ignore_conflicts=True)
        grade = held.get(item=item, student=student)
    grade.item, grade.student = item, student
    return grade


def _says_the_same(grade: Grade, change: _Change) -> bool:
    stored = grade.override_points if change.is_override else grade.marked_points
    return grade.version != NO_GRADE_YET and (
        (stored, grade.max_points, grade.feedback)
        == (change.points, _ceiling(grade, change), change.feedback)
    )


def _refuse_if_changed_meanwhile(grade: Grade, change: _Change) -> None:
    if change.version is None or change.version == grade.version:
        return
    raise Conflict(
        _(
            "Somebody changed this grade meanwhile: it is %(stored)s now, you wrote %(sent)s. "
            "Nothing was overwritten. Look at both, then decide."
        )
        % {"stored": _name_points(grade.points), "sent": _name_points(change.points)},
        field="version",
    )


def _write(grade: Grade, change: _Change) -> None:
    old = grade.points
    grade.max_points = _ceiling(grade, change)
    grade.feedback = change.feedback
    if change.is_override:
        grade.override_points = change.points
        grade.override_by = change.by if change.points is not None else None
        grade.override_reason = change.reason if change.points is not None else ""
    else:
        grade.marked_points = change.points
    grade.graded_by = grade.override_by or change.by
    grade.graded_at = timezone.now()
    grade.version += 1
    grade.save()
    grade.refresh_from_db(fields=["points"])
    GradeEvent.objects.create(
        grade=grade,
        actor=change.by,
        old_points=old,
        new_points=grade.points,
        reason=change.reason,
    )


def _ceiling(grade: Grade, change: _Change) -> Decimal:
    """What could be had; never less than an override that stays."""
    if change.is_override or grade.override_points is None:
        return change.max_points
    return max(change.max_points, grade.override_points)


def _grades_itself(item: GradeItem) -> bool:
    """Its points are computed. A column that is kept by hand, and work to be looked at, are not."""
    if item.activity is None:
        return False
    return activity_kinds[item.activity.kind].computes_points


def _clean_feedback(feedback: str) -> str:
    text = feedback.replace("\x00", "").strip()
    if len(text) > LONGEST_FEEDBACK:
        raise InvalidInput(
            _("Feedback has at most %(max)s characters.") % {"max": LONGEST_FEEDBACK},
            field="feedback",
        )
    return text


def _name_points(points: Decimal | None) -> str:
    """Points as people write them: no trailing zeros."""
    return _("no points") if points is None else format_points(points)
