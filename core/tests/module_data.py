"""Rows that every test of a module starts from, made once: each test rolls back to them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

Data = TypeVar("Data")


@contextmanager
def made_once(blocker: DjangoDbBlocker, build: Callable[[], Data]) -> Iterator[Data]:
    """For a module's fixture that asks for `django_db_setup` and `django_db_blocker`.

    Tests get deep copies of what is yielded, and may not commit: no `transaction=True` beside it.
    """
    outer = transaction.atomic()
    with blocker.unblock():
        outer.__enter__()
        data = build()
    try:
        yield data
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


def has_commits(module: pytest.Module) -> bool:
    """Whether a test of this module commits, so that nothing can be made once for all of them."""
    items = [item for item in module.session.items if module in item.iter_parents()]
    markers = [item.get_closest_marker("django_db") for item in items]
    names = {name for item in items for name in getattr(item, "fixturenames", ())}
    return "transactional_db" in names or any(
        marker and marker.kwargs.get("transaction") for marker in markers
    )
