"""Job handlers that the tests enqueue, also in processes that a test starts."""

import time

from django.db import connection

from core.audit import record
from core.jobs import job_handler

RECORD, SLOW, FAIL, LOOK = "core.test_record", "core.test_slow", "core.test_fail", "core.test_look"
transactions_open: list[bool] = []


class SecretError(Exception):
    """Its message must not be stored."""


@job_handler(RECORD)
def record_run(**data: str) -> None:
    record("ran", actor=None, **data)


@job_handler(SLOW)
def record_slowly(*, seconds: float, **data: str) -> None:
    record("began", actor=None, **data)
    time.sleep(seconds)
    record("ran", actor=None, **data)


@job_handler(FAIL)
def fail() -> None:
    raise SecretError("someone@example.org")


@job_handler(LOOK)
def look_for_transaction() -> None:
    transactions_open.append(connection.in_atomic_block)
