"""Taking questions out of use. What learners did with them stays, whoever asks."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Question
from assessments.selectors.records import count_question_records, get_given_ids
from assessments.services.authoring import follow_questions, hold_quiz
from core import audit
from core.errors import Conflict


@transaction.atomic
def archive_question(*, question: Question, by: User | None) -> None:
    """Nobody gets it any more; every attempt stays. Twice does nothing."""
    _set_archived(question, True, by)


@transaction.atomic
def restore_question(*, question: Question, by: User | None) -> None:
    """Back in its quiz, at its old place."""
    _set_archived(question, False, by)


def _set_archived(question: Question, archived: bool, by: User | None) -> None:
    if question.quiz_id:
        hold_quiz(question.quiz_id)
    rows = Question.objects.filter(pk=question.pk, archived=not archived)
    changed = rows.update(archived=archived)
    question.archived = archived
    if not changed:
        return
    audit.record(f"question.{'archived' if archived else 'restored'}", actor=by, target=question)
    if question.quiz is not None:
        follow_questions(question.quiz)


@transaction.atomic
def delete_question(*, question: Question, by: User | None) -> None:
    """Deletes a question that no learner was given. Raises `Conflict` for any other."""
    if count_question_records(question):
        raise Conflict(_("Records of learners hang on this. Archive it instead."))
    audit.record("question.deleted", actor=by, target=question, title=str(question))
    quiz = question.quiz
    if quiz is not None:
        hold_quiz(quiz.pk)
    try:
        with transaction.atomic():
            question.delete()
    except ProtectedError as error:
        raise Conflict(_("Records of learners hang on this. Archive it instead.")) from error
    if quiz is not None:
        follow_questions(quiz)


def take_out(questions: Iterable[Question]) -> list[Question]:
    """Removes questions from their quiz: those that learners were given are archived and
    returned, with their place and their versions; the others are deleted.
    """
    rows = list(questions)
    given = get_given_ids(rows)
    kept = [row for row in rows if row.pk in given]
    for row in kept:
        row.archived = True
    Question.objects.bulk_update(kept, ["archived"])
    Question.objects.filter(pk__in=[row.pk for row in rows if row.pk not in given]).delete()
    return kept
