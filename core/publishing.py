"""Scheduled publishing where one broken page does not stop the others."""

import logging
from collections.abc import Callable, Iterator
from operator import methodcaller
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, Revision

logger = logging.getLogger(__name__)

Step = Callable[[Any], object]


def publish_scheduled() -> int:
    """Does what Wagtail's command of that name does, each object in a transaction of its own.

    What receivers write stands or falls with the change. A failure is logged and tried again next
    time. Two processes at once change each object once. Returns how many were changed.
    """
    return sum(
        _change(due, pk, step)
        for due, step in _schedule()
        for pk in list(due.values_list("pk", flat=True))
    )


def _schedule() -> Iterator[tuple[models.QuerySet[Any], Step]]:
    """What is due, and what is to be done to each: first what ends, then what begins.

    Pages once by their base model, every other model that has drafts by itself.
    """
    now = timezone.now()
    drafted = [model for model in apps.get_models() if issubclass(model, DraftStateMixin)]
    for model in [Page, *(model for model in drafted if not issubclass(model, Page))]:
        expired = model._default_manager.filter(live=True, expire_at__lt=now)
        end = methodcaller("unpublish", set_expired=True, log_action="wagtail.unpublish.scheduled")
        yield expired.order_by("expire_at"), end
    waiting = Revision.objects.filter(approved_go_live_at__lt=now)
    begin = methodcaller("publish", log_action="wagtail.publish.scheduled")
    yield waiting.order_by("approved_go_live_at"), begin


def _change(due: models.QuerySet[Any], pk: Any, step: Step) -> bool:
    """Takes the row if it is still due and nobody else has it; False: nothing was changed."""
    try:
        with transaction.atomic():
            subject = due.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if subject is None:
                return False
            step(subject)
    except Exception:  # receivers and pages may fail in any way: the others still have their turn
        logger.exception("%s %s was not changed as scheduled", due.model._meta.label, pk)
        return False
    return True
