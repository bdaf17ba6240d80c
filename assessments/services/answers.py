"""Saving the answer to one question of an attempt under way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from assessments.models import Answer, Attempt
from assessments.question_types import Response
from assessments.services.attempts import close_if_overdue
from core.errors import Conflict, InvalidInput, NotFound
from learning.schedule import is_in_time

HIGHEST_SEQUENCE = 2_000_000_000


def save_answer(
    *,
    attempt: Attempt,
    position: int,
    response: Mapping[str, Any] | MultiValueDict[str, Any],
    files: MultiValueDict[str, Any] | None = None,
    sequence: int | None = None,
    at: datetime | None = None,
) -> Answer:
    """Stores the answer to item `position` (from 1). `response`: a form, or JSON as sent.

    `sequence` is the one that the page shows; older than stored is a stale page: `Conflict`, unless
    it says what is stored already. Left out, the last one wins. The returned answer's `sequence`
    is what comes next. `at`: when the request arrived. Raises `Conflict` when the time is up or
    the attempt was handed in, `InvalidInput` for what the question does not offer, `NotFound` for
    a position that is not there. Two queries, four when two save at once.
    """
    now = at or timezone.now()
    if close_if_overdue(attempt, at=now):
        raise _too_late(attempt)
    if sequence is not None and not 0 <= sequence <= HIGHEST_SEQUENCE:
        raise InvalidInput(_("This is not a sequence number."), field="sequence")
    with transaction.atomic():
        answer = _lock(attempt, position)
        if not answer.attempt.is_open or not is_in_time(answer.attempt.deadline, now):
            raise _too_late(answer.attempt)
        version = answer.item.version
        if isinstance(response, MultiValueDict):
            response = version.type.read_form(response)
        clean = version.type.parse(version.content, response, files)
        return _store(answer, clean, sequence, now)


def _lock(attempt: Attempt, position: int) -> Answer:
    """The answer with its attempt and question; the attempt is held until the transaction ends."""
    held = Answer.objects.select_for_update(of=("attempt",), no_key=True)
    here = held.filter(attempt=attempt, item__position=position)
    answer = here.select_related("attempt", "item__version").defer("item__version__key").first()
    if answer is None:
        raise NotFound
    return answer


def _store(answer: Answer, clean: Response, sequence: int | None, now: datetime) -> Answer:
    """Writes only over what was read: a save that came between is read again first."""
    while not _is_stored(answer, clean, sequence):
        fresh = answer.sequence if sequence is None else max(answer.sequence, sequence)
        unchanged = Answer.objects.filter(pk=answer.pk, sequence=answer.sequence)
        if unchanged.update(response=clean, sequence=fresh + 1, saved_at=now):
            answer.response, answer.sequence, answer.saved_at = clean, fresh + 1, now
            break
        answer.refresh_from_db(fields=["response", "sequence", "saved_at"])
    return answer


def _is_stored(answer: Answer, clean: Response, sequence: int | None) -> bool:
    """Nothing to write: the same is stored. Raises `Conflict` for a stale page.

    The same answer under a newer number is written: what was sent before it must not pass it.
    """
    if answer.response == clean and (sequence is None or sequence <= answer.sequence):
        return True
    if sequence is not None and sequence < answer.sequence:
        raise Conflict(
            _("A newer answer to this question is stored already. Load the page again to see it."),
            field="sequence",
        )
    return False


def _too_late(attempt: Attempt) -> Conflict:
    if attempt.closed_by_clock or attempt.is_open:
        return Conflict(_("Time is up. What you had saved until then has been handed in."))
    return Conflict(_("This attempt has been handed in. Its answers can't be changed any more."))
