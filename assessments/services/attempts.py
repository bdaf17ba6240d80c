"""An attempt at a quiz, from its start to its result. The clock is the server's throughout."""

import random
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments.models import Answer, Attempt, AttemptItem, QuestionVersion, Quiz, QuizSlot
from assessments.selectors.quizzes import why_not_start
from assessments.services.answers import save_answer
from assessments.services.authoring import versions_for
from assessments.services.handing_in import close_if_overdue, close_overdue, submit_attempt
from core.errors import Conflict, Forbidden
from core.querysets import hold_shared
from learning.models import Activity, Enrollment
from learning.permissions import require_student_access
from learning.windows import window_for

__all__ = [
    "close_if_overdue",
    "close_left_open",
    "close_overdue",
    "find_open_attempt",
    "save_answer",
    "start_attempt",
    "submit_attempt",
]

Drawn = list[tuple[QuizSlot, QuestionVersion]]

shuffler = random.SystemRandom()


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
        _queue_up(quiz, student)
        hold_shared(Activity.objects.filter(pk=quiz.pk))
        stored = Quiz.objects.select_related("course").get(pk=quiz.pk)
        return find_open_attempt(stored, student) or _begin(stored, student, address, now)


def close_left_open(*, quiz: Quiz, student: User, at: datetime) -> Attempt | None:
    """The student's attempt under way; one whose time is over is handed in first, and is not."""
    running = find_open_attempt(quiz, student)
    return None if running is None or close_if_overdue(running, at=at) else running


def find_open_attempt(quiz: Quiz, student: User) -> Attempt | None:
    """The student's attempt under way: at most one by constraint."""
    return Attempt.objects.under_way().filter(quiz=quiz, student=student).first()


def _queue_up(quiz: Quiz, student: User) -> None:
    """Of many starts of one student in one course one goes on, until its transaction ends."""
    mine = Enrollment.objects.reading().filter(course=quiz.course_id, student=student)
    if mine.select_for_update(of=("self",), no_key=True).first() is None:
        raise Forbidden


def _begin(quiz: Quiz, student: User, address: str | None, now: datetime) -> Attempt:
    taken = Attempt.objects.filter(quiz=quiz, student=student).values_list("number", flat=True)
    slots = list(quiz.slots.select_related("question").order_by("position", "pk"))
    window = window_for(quiz, student, now)
    refusal = why_not_start(quiz, window, taken=len(taken), questions=len(slots), now=now)
    if refusal:
        raise Conflict(refusal)
    drawn = _draw(quiz, slots)
    attempt = Attempt.objects.create(
        quiz=quiz,
        student=student,
        number=max(taken, default=0) + 1,
        started_at=now,
        deadline=window.deadline_of_attempt(now),
        max_points=sum((slot.points for slot, _version in drawn), Decimal(0)),
        address=address,
    )
    _hand_out(attempt, quiz, drawn)
    return attempt


def _draw(quiz: Quiz, slots: list[QuizSlot]) -> Drawn:
    """The questions as they stand now, in the order of this attempt."""
    versions = versions_for([slot.question for slot in slots])
    if quiz.shuffle_questions:
        shuffler.shuffle(slots)
    return [(slot, versions[slot.question_id]) for slot in slots]


def _hand_out(attempt: Attempt, quiz: Quiz, drawn: Drawn) -> None:
    items = AttemptItem.objects.bulk_create(
        AttemptItem(
            attempt=attempt,
            position=position,
            version=version,
            drawn=version.type.draw(
                version.content, shuffled=quiz.shuffle_options, shuffler=shuffler
            ),
            max_points=slot.points,
        )
        for position, (slot, version) in enumerate(drawn, start=1)
    )
    Answer.objects.bulk_create(Answer(attempt=attempt, item=item) for item in items)
