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

from assessments.models import Attempt, Question, QuestionVersion, Quiz, QuizSlot
from assessments.services.grades import follow_activity
from core.errors import Conflict
from learning.models import Activity
from learning.windows import windows_for_students

if TYPE_CHECKING:
    from datetime import datetime

Versions = dict[int, QuestionVersion]


def version_for(question: Question) -> QuestionVersion:
    """The version of a question as it stands now: the stored one, or a new one."""
    return versions_for([question])[question.pk]


def versions_for(questions: Collection[Question]) -> Versions:
    """The current versions by the key of their question, in one query once they are stored.

    The same content gives the same version, also when many ask at once: those who find it missing
    wait for each other at the question's row, and read what its author has saved by then.
    """
    found = _find_versions(questions)
    missing = [question.pk for question in questions if question.pk not in found]
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
def sync_slots(quiz: Quiz) -> None:
    """One fixed slot for each of the quiz's questions, in their order and with their points.

    Archived questions have none. Running attempts keep what they were given.
    """
    hold_quiz(quiz.pk)
    mine = Question.objects.filter(quiz=quiz)
    mine.exclude(course=quiz.course_id).update(course=quiz.course_id)
    current = list(mine.filter(archived=False).order_by("sort_order", "pk"))
    QuizSlot.objects.filter(quiz=quiz).exclude(question__in=current).delete()
    QuizSlot.objects.bulk_create(
        [
            QuizSlot(quiz=quiz, question=question, position=position, points=question.points)
            for position, question in enumerate(current, start=1)
        ],
        update_conflicts=True,
        unique_fields=["quiz", "question"],
        update_fields=["position", "points"],
    )


@transaction.atomic
def follow_questions(quiz: Quiz) -> None:
    """After a question came or went outside of its quiz's form: slots, and what can be had."""
    sync_slots(quiz)
    follow_activity(quiz)


def has_questions(quiz: Quiz) -> bool:
    """A quiz without a question can't be taken."""
    return QuizSlot.objects.filter(quiz=quiz).exists()


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
def copy_questions(source: Quiz, target: Quiz) -> None:
    """The questions of a quiz, as questions of the other quiz's course."""
    current = source.questions.filter(archived=False).order_by("sort_order", "pk")
    copies = list(current)
    for question in copies:
        question.pk, question._state.adding = None, True
        question.quiz, question.course_id = target, target.course_id
    Question.objects.bulk_create(copies)
    sync_slots(target)
