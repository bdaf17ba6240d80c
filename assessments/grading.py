"""Points: from answers, and to percentages. Pure, exact in Decimal, no clock and no database."""

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

TENTH = Decimal("0.1")
CENT = Decimal("0.01")
ZERO = Decimal(0)

Key = Mapping[str, Any]
Response = Mapping[str, Any]
Marker = Callable[[Key, Response], Decimal]


class Result(NamedTuple):
    """Points out of what could be had."""

    points: Decimal
    max_points: Decimal

    @property
    def percentage(self) -> Decimal:
        return percentage(self.points, self.max_points)


def _mark_choices(key: Key, response: Response) -> Decimal:
    """All or nothing: exactly the right options, no more and no fewer."""
    correct, chosen = set(key["correct"]), set(response.get("choice", ()))
    return Decimal(bool(correct) and chosen == correct)


markers: dict[str, Marker] = {
    "single": _mark_choices,
    "multiple": _mark_choices,
    "true_false": _mark_choices,
}
"""By kind of question: the share of its points that an answer earns, from 0 to 1."""


def score(kind: str, key: Key, response: Response, max_points: Decimal) -> Decimal:
    """The points of one answer: between 0 and `max_points`, in hundredths, half up."""
    return (markers[kind](key, response) * max_points).quantize(CENT, ROUND_HALF_UP)


def percentage(points: Decimal, max_points: Decimal) -> Decimal:
    """Points in percent, one place, half up. 0 where nothing could be had."""
    if not max_points:
        return ZERO.quantize(TENTH)
    return (points * 100 / max_points).quantize(TENTH, ROUND_HALF_UP)


def has_passed(points: Decimal, max_points: Decimal, pass_mark: int) -> bool:
    """By the percentage as it is shown: who reads 50.0 % has reached 50."""
    return percentage(points, max_points) >= pass_mark


def best_of(results: Iterable[Result]) -> Result | None:
    """The result with the highest share; of equals the first. None where there is none."""
    return max(results, key=_share, default=None)


def _share(result: Result) -> Decimal:
    return result.points / result.max_points if result.max_points else ZERO
