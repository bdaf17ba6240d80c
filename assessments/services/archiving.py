"""Taking things out of use. What learners did with them stays, whoever asks."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assignment, GradeItem, Question, Quiz
from assessments.selectors.records import count_records, get_given_ids
from assessments.services.authoring import follow_questions
from assessments.services.completion import recheck_lessons
from core import audit
from core.errors import Conflict

Archivable = Quiz | Assignment | Question


@transaction.atomic
def archive(subject: Archivable, *, by: User | None) -> None:
    """Nobody gets it any more; every attempt, submission and grade stays. Twice does nothing."""
    _set_archived(subject, True, by)


@transaction.atomic
def restore(subject: Archivable, *, by: User | None) -> None:
    """Back in use as it was: a question stands in its quiz again, at its old place."""
    _set_archived(subject, False, by)


def _set_archived(subject: Archivable, archived: bool, by: User | None) -> None:
    model: Any = type(subject)
    rows = model.objects.filter(pk=subject.pk, archived=not archived)
    changed = rows.update(archived=archived)
    subject.archived = archived
    if not changed:
        return
    verb = "archived" if archived else "restored"
    audit.record(f"{subject._meta.model_name}.{verb}", actor=by, target=subject)
    if not isinstance(subject, Question):
        recheck_lessons(work=subject)
    elif subject.quiz is not None:
        follow_questions(subject.quiz)


@transaction.atomic
def delete(subject: Archivable, *, by: User | None) -> None:
    """Deletes what nobody has used yet.

    Raises `Conflict` where records hang on it, also those that came while somebody asked.
    """
    if count_records(subject):
        raise Conflict(_("Records of learners hang on this. Archive it instead."))
    audit.record(
        f"{subject._meta.model_name}.deleted", actor=by, target=subject, title=str(subject)
    )
    quiz = subject.quiz if isinstance(subject, Question) else None
    try:
        with transaction.atomic():
            _delete_rows(subject)
    except ProtectedError as error:
        raise Conflict(_("Records of learners hang on this. Archive it instead.")) from error
    if quiz is not None:
        follow_questions(quiz)


def _delete_rows(subject: Archivable) -> None:
    if isinstance(subject, Quiz):
        GradeItem.objects.filter(quiz=subject).delete()
        take_out(Question.objects.filter(quiz=subject))
    elif isinstance(subject, Assignment):
        GradeItem.objects.filter(assignment=subject).delete()
    subject.delete()


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
