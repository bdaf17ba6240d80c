"""Job handlers that the tests enqueue, also in processes that a test starts."""

import time

from django.db import connection

from core.audit import record
from core.jobs import job_handler
from core.models import AuditEvent, JobQueue

RECORD, SLOW, FAIL, LOOK = "core.test_record", "core.test_slow", "core.test_fail", "core.test_look"
RECORD_SEEN, RECORD_MAIL = "core.test_record_seen", "core.test_record_mail"
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


@job_handler(RECORD_SEEN)
def record_what_was_asked() -> None:
    """Looks first and takes a moment, so that another may ask in between."""
    count = AuditEvent.objects.filter(verb="asked").count()
    time.sleep(0.02)
    record("seen", actor=None, count=count)


@job_handler(RECORD_MAIL, queue=JobQueue.MAIL)
def record_run_in_mail_queue() -> None:
    record("ran", actor=None, queue="mail")
