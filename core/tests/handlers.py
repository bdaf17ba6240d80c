"""Job handlers that the tests enqueue, also in processes that a test starts."""

import time

from django.db import connection

from core.audit import record
from core.jobs import job_handler
from core.models import AuditEvent

RECORD, SLOW, FAIL, LOOK = "core.test_record", "core.test_slow", "core.test_fail", "core.test_look"
transactions_open: list[bool] = []


class SecretError(Exception):
    """Its message must not be stored."""


@job_handler(RECORD)
def record_run(**data: str) -> None:
    record("ran", actor=None, target=None, **data)


@job_handler(SLOW)
def record_slowly(*, n: str, seconds: float) -> None:
    """Takes its time in its first try only."""
    again = AuditEvent.objects.filter(verb="began", data__n=n).exists()
    record("began", actor=None, n=n)
    time.sleep(0 if again else seconds)
    record("ran", actor=None, n=n)


@job_handler(FAIL)
def fail() -> None:
    raise SecretError("someone@example.org")


@job_handler(LOOK)
def look_for_transaction() -> None:
    transactions_open.append(connection.in_atomic_block)
