"""What authors do with the questions of a quiz: slots and versions.

Questions are what authors edit. Learners get versions: content and key, frozen when first drawn.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import (
    Attempt,
    Question,
    QuestionPool,
    QuestionVersion,
    Quiz,
    QuizSlot,
)
from assessments.selectors.quizzes import list_pool_questions
from assessments.services.grades import follow_activity
from core.errors import Conflict
from learning.models import Activity
from learning.windows import windows_for_students

if TYPE_CHECKING:
    from datetime import datetime

Versions = dict[int, QuestionVersion]

COPIED = ("kind", "text", "definition", "explanation", "points")
"""What a copy of a question has of it."""


def versions_for(questions: Collection[Question]) -> Versions:
    """The current versions by the key of their question, in one query once they are stored.

    The same content gives the same version, also when many ask at once: those who find it missing
    wait for each other at the question's row, and read what its author has saved by then.
    """
    found = _find_versions(questions)
    missing = {question.pk for question in questions if question.pk not in found}
    return found | _store_versions(missing) if missing else found


def _find_versions(questions: Iterable[Question]) -> Versions:
    wanted = {question.pk: _hash(question) for question in questions}
    stored = QuestionVersion.objects.filter(
        question__in=wanted, content_hash__in=set(wanted.values())
    )
    return {
        version.question_id: version
        for version in stored
        if version.question_id is not None and wanted[version.question_id] == version.content_hash
    }


@transaction.atomic
def _store_versions(keys: Collection[int]) -> Versions:
    locked = hold_questions(Question.objects.filter(pk__in=keys))
    if len(locked) < len(keys):
        raise Conflict(_("The quiz is being changed at this moment. Please try again."))
    found = _find_versions(locked)
    fresh = [_draft(question) for question in locked if question.pk not in found]
    numbers = dict(
        QuestionVersion.objects.filter(question__in=keys)
        .values_list("question")
        .annotate(newest=Max("number"))
    )
    for draft in fresh:
        draft.number = numbers.get(draft.question_id, 0) + 1
    QuestionVersion.objects.bulk_create(fresh)
    return found | {draft.question_id: draft for draft in fresh if draft.question_id is not None}


def hold_quiz(quiz_id: int) -> None:
    """Held until the transaction ends. Whoever writes its questions, too, holds the quiz first, as
    those do who start an attempt.
    """
    Activity.objects.select_for_update(no_key=True).get(pk=quiz_id)


def hold_questions(questions: QuerySet[Question]) -> list[Question]:
    """As they are now, held until the transaction ends. Always in the same order: those who draw
    and those who write never wait for each other in a circle.
    """
    return list(questions.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _draft(question: Question) -> QuestionVersion:
    """An unsaved version of the question as it was read."""
    frozen = question.type.freeze(question.definition)
    return QuestionVersion(
        question=question,
        kind=question.kind,
        content={**frozen.content, "text": question.text},
        key={**frozen.key, "explanation": question.explanation},
        content_hash=_hash(question),
    )


def _hash(question: Question) -> str:
    meaning = {
        "kind": question.kind,
        "text": question.text,
        "explanation": question.explanation,
        "definition": question.definition,
    }
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def follow_question(question: Question) -> None:
    """After a change outside of a quiz's form: what can be had in the quizzes that use it."""
    for quiz in question.quizzes.select_related("course").order_by("pk"):
        follow_activity(quiz)


def hold_quizzes_of(question: Question) -> None:
    """Every quiz that uses the question, held until the transaction ends."""
    using = Activity.objects.filter(pk__in=question.slots.values("quiz")).order_by("pk")
    list(using.select_for_update(of=("self",), no_key=True))


def has_questions(quiz: Quiz) -> bool:
    """A quiz without a question can't be taken, nor one whose pools are empty."""
    slots = QuizSlot.objects.in_use().filter(quiz=quiz).select_related("pool")
    return any(slot.pool is None or list_pool_questions(slot.pool).exists() for slot in slots)


def end_attempts_with_quiz(quiz: Quiz) -> None:
    """No attempt under way outlives its quiz, also when the closing date came after its start."""
    running = Attempt.objects.under_way().filter(quiz=quiz)
    windows = windows_for_students(quiz, list(running.values_list("student_id", flat=True)))
    by_closing: defaultdict[datetime, list[int]] = defaultdict(list)
    for student_id, window in windows.items():
        if window.closes is not None:
            by_closing[window.closes].append(student_id)
    for closes, students in by_closing.items():
        later = Q(deadline__isnull=True) | Q(deadline__gt=closes)
        running.filter(later, student__in=students).update(deadline=closes)


@transaction.atomic
def copy_slots(source: Quiz, target: Quiz) -> None:
    """The places of a quiz, in the other quiz. Its own questions become copies in the other quiz's
    course. A question that all share stays the same, as one of the same course's bank does.
    """
    slots = list(QuizSlot.objects.in_use().with_uses().filter(quiz=source))
    used = [
        slot.question for slot in slots if slot.question and not _fits(slot, slot.question, target)
    ]
    copies = copy_questions(used, target.course_id)
    pools: dict[int, QuestionPool] = {}
    for slot in slots:
        slot.pk, slot._state.adding, slot.quiz = None, True, target
        if slot.question is not None and slot.question.pk in copies:
            slot.question, slot.version = copies[slot.question.pk], None
        elif slot.pool is not None and slot.pool.course_id != target.course_id:
            if slot.pool.pk not in pools:
                # With the questions that can be drawn from it, in the other course's bank.
                copy_questions(list_pool_questions(slot.pool), target.course_id)
                pools[slot.pool.pk] = QuestionPool.objects.create(
                    course_id=target.course_id, condition=slot.pool.condition
                )
            slot.pool = pools[slot.pool.pk]
    QuizSlot.objects.bulk_create(slots)


def _fits(slot: QuizSlot, question: Question, target: Quiz) -> bool:
    """The question may stand in the other quiz as it is."""
    in_same_bank = question.course_id == target.course_id and not slot.is_own
    return question.course_id is None or in_same_bank


def copy_questions(
    questions: Iterable[Question], course_id: int, *, by: User | None = None
) -> dict[int, Question]:
    """Copies in a course's bank, by the key of the question that they were made of."""
    copies = {}
    for question in questions:
        copies[question.pk] = Question(
            course_id=course_id,
            author=by or question.author,
            **{name: getattr(question, name) for name in COPIED},
        )
    Question.objects.bulk_create(copies.values())
    return copies
