"""Taking questions out of use. What learners did with them stays, whoever asks."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Question, QuizSlot
from assessments.selectors.records import count_question_records, get_given_ids
from assessments.services.authoring import follow_question, hold_questions, hold_quizzes_of
from assessments.services.grades import follow_activity
from core import audit
from core.errors import Conflict


@transaction.atomic
def archive_question(*, question: Question, by: User | None) -> None:
    """Nobody gets it any more; every attempt stays. Twice does nothing."""
    _set_archived(question, True, by)


@transaction.atomic
def restore_question(*, question: Question, by: User | None) -> None:
    """Back in its quizzes, at its old place in each."""
    _set_archived(question, False, by)


def _set_archived(question: Question, archived: bool, by: User | None) -> None:
    hold_quizzes_of(question)
    rows = Question.objects.filter(pk=question.pk, archived=not archived)
    changed = rows.update(archived=archived)
    question.archived = archived
    if not changed:
        return
    audit.record(f"question.{'archived' if archived else 'restored'}", actor=by, target=question)
    follow_question(question)


@transaction.atomic
def delete_question(*, question: Question, by: User | None) -> None:
    """Deletes a question that no learner was given, with its place in a quiz. Raises `Conflict`
    for any other, and for one that more than one quiz uses.
    """
    hold_quizzes_of(question)
    hold_questions(Question.objects.filter(pk=question.pk))
    if count_question_records(question):
        raise Conflict(_("Records of learners hang on this. Archive it instead."))
    quizzes = list(question.quizzes.select_related("course"))
    if len(quizzes) > 1:
        raise Conflict(_("Several quizzes use this question. Archive it instead."))
    audit.record("question.deleted", actor=by, target=question, title=str(question))
    try:
        with transaction.atomic():
            question.slots.all().delete()
            question.delete()
    except ProtectedError as error:
        raise Conflict(_("Records of learners hang on this. Archive it instead.")) from error
    for quiz in quizzes:
        follow_activity(quiz)


def take_out(slots: Iterable[QuizSlot]) -> list[QuizSlot]:
    """Empties places of a quiz, and returns those that stay: their questions were given to
    learners and are the quiz's own, so that they are archived. Own ones that nobody was given are
    deleted; those of the bank stay as they are. `slots`: of `QuizSlot.objects.with_uses()`.
    """
    rows = list(slots)
    own = {slot.question.pk: slot.question for slot in rows if slot.question and slot.is_own}
    hold_questions(Question.objects.filter(pk__in=own))
    given = get_given_ids(own.values())
    kept = [slot for slot in rows if slot.question_id in given]
    Question.objects.filter(pk__in=given).update(archived=True)
    gone = {slot.pk for slot in rows} - {slot.pk for slot in kept}
    QuizSlot.objects.filter(pk__in=gone).delete()
    Question.objects.filter(pk__in=own.keys() - given).delete()
    return kept
