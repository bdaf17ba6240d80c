from datetime import datetime
from typing import TYPE_CHECKING, Any, Never

from django.db import connection, models

if TYPE_CHECKING:
    from core.models import AuditEvent, Job  # noqa: F401


def hold_shared(rows: models.QuerySet[Any]) -> None:
    """Others may hold these rows, too; whoever wants to change them waits for this transaction.

    Django has exclusive locks only. SQLite has one writer at a time and needs none.
    """
    if connection.vendor != "postgresql":
        return
    sql, parameters = rows.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} FOR SHARE", parameters)


class JobQuerySet(models.QuerySet["Job"]):
    def due(self, now: datetime) -> "JobQuerySet":
        """Waiting and due. A running job is due again when its lease ended: its worker died."""
        return self.filter(finished__isnull=True, due__lte=now)

    def claimable(self, now: datetime, max_tries: int) -> "JobQuerySet":
        return self.due(now).filter(tries__lt=max_tries)

    def exhausted(self, now: datetime, max_tries: int) -> "JobQuerySet":
        """Their worker died in the last try that they had."""
        return self.due(now).filter(tries__gte=max_tries)


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Rows are added and read. Everything that would rewrite the record raises `TypeError`."""

    def about(self, target: models.Model) -> "AuditEventQuerySet":
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk))

    def update(self, **kwargs: Any) -> Never:
        raise TypeError("Audit events are never changed.")

    def delete(self) -> Never:
        raise TypeError("Audit events are never deleted.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> Never:
        raise TypeError("Audit events are never changed.")
