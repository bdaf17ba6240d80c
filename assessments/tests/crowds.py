"""Many people at the same moment, each on a connection of their own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


def at_once(works: list[Callable[[], Any]], *, most: int = 20) -> list[Any]:
    """Runs each in a thread of its own, let go together; what is returned or raised, in order."""
    outcomes: list[Any] = [None] * len(works)
    barrier = threading.Barrier(min(most, len(works)))
    room = threading.Semaphore(most)

    def run(place: int, work: Callable[[], Any]) -> None:
        with room:
            try:
                if place < most:
                    barrier.wait(timeout=30)
                outcomes[place] = work()
            except Exception as error:
                outcomes[place] = error
            finally:
                connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcomes


def failures(outcomes: list[Any]) -> list[Exception]:
    return [one for one in outcomes if isinstance(one, Exception)]
