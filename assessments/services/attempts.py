"""An attempt at a quiz, from its start to its result. The clock is the server's throughout.

It ends by its student, by the clock, or by whoever looks at it too late.
"""

import logging
import random
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.grading import best_of, points_for, total
from assessments.models import (
    Answer,
    Attempt,
    AttemptItem,
    Question,
    QuestionVersion,
    Quiz,
    QuizSlot,
)
from assessments.models.attempts import AttemptState
from assessments.selectors.quizzes import list_pool_questions, result_of, why_not_start
from assessments.services.authoring import versions_for
from assessments.services.grades import item_for, record_grade
from core.errors import Conflict, Forbidden
from core.querysets import hold_shared
from learning.models import Activity, Enrollment
from learning.permissions import require_student_access
from learning.schedule import finish_time, is_in_time
from learning.services.completion import complete_placing_lessons
from learning.windows import window_for

logger = logging.getLogger(__name__)

shuffler = random.SystemRandom()


class _Given(NamedTuple):
    """What an attempt is given at one position."""

    slot: QuizSlot
    version: QuestionVersion
    points: Decimal


def start_attempt(
    *, quiz: Quiz, student: User, address: str | None = None, at: datetime | None = None
) -> Attempt:
    """The student's attempt under way, or a new one with its deadline and questions drawn.

    One at a time, never more than the quiz allows, however many ask at once. `at`: when the
    request arrived, now if left out. Raises `Forbidden`; `Conflict` while it is locked, after it
    closed, without attempts left, or for a quiz without questions. The quiz is read as it is now,
    and its author's next change waits: whoever shortens it finds this attempt.
    """
    now = at or timezone.now()
    require_student_access(student, quiz, now)
    running = close_left_open(quiz=quiz, student=student, at=now)
    if running is not None:
        return running
    with transaction.atomic():
        hold_shared(Activity.objects.filter(pk=quiz.pk))
        # Of many starts of one student in one course one goes on, until its transaction ends.
        mine = Enrollment.objects.reading().filter(course=quiz.course_id, student=student)
        if mine.select_for_update(of=("self",), no_key=True).first() is None:
            raise Forbidden
        stored = Quiz.objects.select_related("course").get(pk=quiz.pk)
        return find_open_attempt(stored, student) or _begin(stored, student, address, now)


def close_left_open(*, quiz: Quiz, student: User, at: datetime) -> Attempt | None:
    """The student's attempt under way; one whose time is over is handed in first, and is not."""
    running = find_open_attempt(quiz, student)
    return None if running is None or close_if_overdue(running, at=at) else running


def find_open_attempt(quiz: Quiz, student: User) -> Attempt | None:
    """The student's attempt under way: at most one by constraint."""
    return Attempt.objects.under_way().filter(quiz=quiz, student=student).first()


def _begin(quiz: Quiz, student: User, address: str | None, now: datetime) -> Attempt:
    taken = Attempt.objects.filter(quiz=quiz, student=student).values_list("number", flat=True)
    slots = list(quiz.slots.in_use().select_related("question", "version", "pool"))
    window = window_for(quiz, student, now)
    refusal = why_not_start(quiz, window, taken=len(taken), questions=len(slots), now=now)
    if refusal:
        raise Conflict(refusal)
    given = _give_versions(_draw_questions(slots))
    if not given:
        raise Conflict(_("This quiz has no questions yet."))
    if quiz.shuffle_questions:
        shuffler.shuffle(given)
    attempt = Attempt.objects.create(
        quiz=quiz,
        student=student,
        number=max(taken, default=0) + 1,
        started_at=now,
        deadline=window.deadline_of_attempt(now),
        max_points=sum((one.points for one in given), Decimal(0)),
        address=address,
    )
    items = AttemptItem.objects.bulk_create(
        AttemptItem(
            attempt=attempt,
            position=position,
            slot=slot,
            version=version,
            drawn=version.type.draw(
                version.content, shuffled=quiz.shuffle_options, shuffler=shuffler
            ),
            max_points=points,
        )
        for position, (slot, version, points) in enumerate(given, start=1)
    )
    Answer.objects.bulk_create(Answer(attempt=attempt, item=item) for item in items)
    return attempt


def _draw_questions(slots: list[QuizSlot]) -> list[tuple[QuizSlot, Question]]:
    """The questions of one attempt, none of them twice, however many pools hold it."""
    taken = {slot.question_id for slot in slots if slot.question_id is not None}
    remaining: dict[int, list[Question]] = {}
    drawn = []
    for slot in slots:
        if slot.question is not None:
            drawn.append((slot, slot.question))
        elif slot.pool is not None:
            if slot.pool.pk not in remaining:
                found = list(list_pool_questions(slot.pool))
                shuffler.shuffle(found)
                remaining[slot.pool.pk] = found
            questions = remaining[slot.pool.pk]
            fresh = [question for question in questions if question.pk not in taken]
            picked = fresh[: slot.draw_count]
            taken |= {question.pk for question in picked}
            drawn += [(slot, question) for question in picked]
    return drawn


def _give_versions(drawn: list[tuple[QuizSlot, Question]]) -> list[_Given]:
    """Each question as it stands now, or as its slot is pinned to."""
    versions = versions_for([question for slot, question in drawn if slot.version is None])
    return [
        _Given(
            slot,
            slot.version or versions[question.pk],
            question.points if slot.points is None else slot.points,
        )
        for slot, question in drawn
    ]


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
    attempt.state = AttemptState.SUBMITTED
    attempt.submitted_at = finish_time(attempt.deadline, now)
    attempt.closed_by_clock = not is_in_time(attempt.deadline, now)
    attempt.save(update_fields=["state", "submitted_at", "closed_by_clock"])
    _mark(attempt)
    grade_attempt(attempt)
    complete_placing_lessons(student=attempt.student, activity=attempt.quiz)


def _mark(attempt: Attempt) -> None:
    """Stores what each answer earned; None where a person must look."""
    answers = list(attempt.answers.select_related("item__version"))
    for answer in answers:
        item, version = answer.item, answer.item.version
        marked = version.type.mark(version.content, version.key, item.drawn, answer.response)
        answer.points = marked and points_for(marked.share, item.max_points)
    Answer.objects.bulk_update(answers, ["points"])


def grade_attempt(attempt: Attempt) -> None:
    """Grades an attempt that was handed in once every answer has points, and records the grade.

    Until then it waits for a person, and counts nowhere. The caller holds the attempt.
    """
    answers = list(attempt.answers.values_list("points", flat=True))
    points = [earned for earned in answers if earned is not None]
    if len(points) < len(answers):
        return
    attempt.points = min(total(points), attempt.max_points)
    attempt.state = AttemptState.GRADED
    attempt.save(update_fields=["points", "state"])
    _record_best(attempt)


def _record_best(attempt: Attempt) -> None:
    """The best attempt counts: a worse one later takes nothing away."""
    rows = Attempt.objects.counting().filter(quiz=attempt.quiz_id, student=attempt.student_id)
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
