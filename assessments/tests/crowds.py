"""Many people at the same moment."""

from collections.abc import Callable
from typing import Any

from core.tests import races


def at_once(works: list[Callable[[], Any]], *, most: int = 20) -> list[Any]:
    """What each returned or raised, whatever it is; at most so many have a connection."""
    return races.at_once(*works, refusals=Exception, most=most)


def failures(outcomes: list[Any]) -> list[Exception]:
    return [one for one in outcomes if isinstance(one, Exception)]
