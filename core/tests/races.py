"""Many at the same moment, each in a thread and on a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from core.errors import DomainError

Refusals = type[Exception] | tuple[type[Exception], ...]


def at_once(
    *calls: Callable[[], Any], refusals: Refusals = DomainError, most: int | None = None
) -> list[Any]:
    """What each call returned, or the refusal that it raised; any other error is raised here.

    All start together; with `most` that many, and the others as threads become free.
    """
    together = min(most or len(calls), len(calls))
    barrier = Barrier(together)

    def run(place: int) -> Any:
        if place < together:
            barrier.wait(timeout=30)
        try:
            return calls[place]()
        except refusals as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(together) as pool:
        return list(pool.map(run, range(len(calls))))
