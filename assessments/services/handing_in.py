"""The end of an attempt: by its student, by the clock, or by whoever looks at it too late."""

import logging
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.grading import best_of, points_for, total
from assessments.models import Answer, Attempt
from assessments.models.attempts import AttemptState
from assessments.selectors.quizzes import result_of
from assessments.services.grades import item_for, record_grade
from learning.schedule import finish_time, is_in_time
from learning.services.completion import complete_placing_lessons

logger = logging.getLogger(__name__)


def submit_attempt(*, attempt: Attempt, at: datetime | None = None) -> Attempt:
    """Hands in: grades every answer, records the grade, completes lessons. Once; again: the same.

    `at`: when the request arrived. After the deadline what was saved is handed in, and the time
    that is noted is the deadline.
    """
    now = at or timezone.now()
    with transaction.atomic():
        held = Attempt.objects.select_for_update(of=("self",), no_key=True)
        stored = held.select_related("quiz__course", "student").get(pk=attempt.pk)
        if stored.is_open:
            _finish(stored, now)
    return stored


def close_if_overdue(attempt: Attempt, *, at: datetime) -> bool:
    """Whoever looks at an attempt whose time is over hands it in first. True: it is closed now."""
    if not attempt.is_open:
        return True
    if is_in_time(attempt.deadline, at):
        return False
    closed = submit_attempt(attempt=attempt, at=at)
    for name in ("state", "submitted_at", "closed_by_clock", "points"):
        setattr(attempt, name, getattr(closed, name))
    return True


def close_overdue(limit: int = 2000) -> int:
    """Hands in what was left open, oldest first, each on its own: one that fails is logged and
    stops no other. What somebody holds at this moment is skipped. Returns how many were closed.
    """
    now = timezone.now()
    overdue = Attempt.objects.overdue(now).order_by("deadline", "pk")
    return sum(_close_one(pk, now) for pk in list(overdue.values_list("pk", flat=True)[:limit]))


def _finish(attempt: Attempt, now: datetime) -> None:
    attempt.points = _mark(attempt)
    attempt.state = AttemptState.SUBMITTED
    attempt.submitted_at = finish_time(attempt.deadline, now)
    attempt.closed_by_clock = not is_in_time(attempt.deadline, now)
    attempt.save(update_fields=["points", "state", "submitted_at", "closed_by_clock"])
    _record_best(attempt)
    complete_placing_lessons(student=attempt.student, activity=attempt.quiz)


def _mark(attempt: Attempt) -> Decimal:
    """Stores what each answer earned, and returns the sum."""
    answers = list(attempt.answers.select_related("item__version"))
    for answer in answers:
        item, version = answer.item, answer.item.version
        marked = version.type.mark(version.content, version.key, item.drawn, answer.response)
        answer.points = marked and points_for(marked.share, item.max_points)
    Answer.objects.bulk_update(answers, ["points"])
    return total(answer.points for answer in answers if answer.points is not None)


def _record_best(attempt: Attempt) -> None:
    """The best attempt counts: a worse one later takes nothing away."""
    rows = Attempt.objects.submitted().filter(quiz=attempt.quiz_id, student=attempt.student_id)
    best = best_of([result_of(row) for row in rows.order_by("number")]) or result_of(attempt)
    record_grade(
        item=item_for(attempt.quiz),
        student=attempt.student,
        points=best.points,
        max_points=best.max_points,
        by=None,
        reason=_("Attempt %(number)s") % {"number": attempt.number},
    )


def _close_one(pk: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            held = Attempt.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
            overdue = held.filter(state=AttemptState.OPEN, pk=pk)
            attempt = overdue.select_related("quiz__course", "student").first()
            if attempt is None:
                return False
            _finish(attempt, now)
    except Exception:  # one broken attempt, whatever is wrong with it, must not hold up the others
        logger.exception("Attempt %s could not be closed", pk)
        return False
    return True
