"""Telling the floors above that work was published: once, and never lost."""

import logging

from django.db import transaction
from django.utils import timezone

from assessments.models import Assignment, Quiz
from assessments.selectors.placements import is_within_reach
from assessments.signals import assignment_published, quiz_published

logger = logging.getLogger(__name__)

Work = Quiz | Assignment


@transaction.atomic
def announce(work: Work) -> bool:
    """Sends the signal of published work that nobody was told of yet, in one transaction with its
    mark. True: it was sent now. Safe to call at any time, twice, and by two at once.

    What students can't find yet (its course is not open, its lesson not in sight) waits.
    """
    model = type(work)
    waiting = model.objects.unannounced().select_for_update(of=("self",), no_key=True)
    found = waiting.select_related("course").filter(pk=work.pk).first()
    if found is None or not is_within_reach(found):
        return False
    found.announced_at = timezone.now()
    found.save(update_fields=["announced_at"])
    if isinstance(found, Quiz):
        quiz_published.send(sender=Quiz, quiz=found)
    else:
        assignment_published.send(sender=Assignment, assignment=found)
    return True


def announce_lost(limit: int = 500) -> int:
    """The sweep: announces what came within reach, or was published while its news got lost."""
    return sum(
        _announce_safely(work)
        for model in (Quiz, Assignment)
        for work in model.objects.unannounced().order_by("pk")[:limit]
    )


def _announce_safely(work: Work) -> bool:
    try:
        return announce(work)
    except Exception:  # a receiver may fail in any way: the others still have their turn
        logger.exception("%s %s was not announced", work._meta.label, work.pk)
        return False
