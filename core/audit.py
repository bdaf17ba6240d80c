"""The record of who did what to whom: rights, grades, access."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from core.models import AuditEvent


def record(
    verb: str,
    *,
    actor: AbstractBaseUser | AnonymousUser | None,
    target: Model | None = None,
    **data: Any,
) -> AuditEvent:
    """Adds one row in the caller's transaction: no act without its record, and no record alone.

    `actor` None or anonymous is the system itself. `data` must be JSON; keep secrets out of it.
    """
    return AuditEvent.objects.create(
        actor_id=actor.pk if actor is not None and actor.is_authenticated else None,
        verb=verb,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        data=data,
    )
