"""Points, and percentages of them. Pure, exact in Decimal, no clock and no database."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

TENTH = Decimal("0.1")
CENT = Decimal("0.01")
ZERO = Decimal(0)


class Result(NamedTuple):
    """Points out of what could be had."""

    points: Decimal
    max_points: Decimal

    @property
    def percentage(self) -> Decimal:
        return percentage(self.points, self.max_points)


def points_for(share: Decimal, max_points: Decimal) -> Decimal:
    """The points of one answer, in hundredths, half up. A share below zero takes points away."""
    return (share * max_points).quantize(CENT, ROUND_HALF_UP)


def total(points: Iterable[Decimal]) -> Decimal:
    """The sum of an attempt. Answers that take points away never make it less than zero."""
    return max(ZERO, sum(points, ZERO))


def percentage(points: Decimal, max_points: Decimal) -> Decimal:
    """Points in percent, one place, half up. 0 where nothing could be had."""
    if not max_points:
        return ZERO.quantize(TENTH)
    return (points * 100 / max_points).quantize(TENTH, ROUND_HALF_UP)


def has_passed(points: Decimal, max_points: Decimal, pass_mark: int) -> bool:
    """By the percentage as it is shown: whoever reads 50.0 % has reached 50."""
    return percentage(points, max_points) >= pass_mark


def best_of(results: Iterable[Result]) -> Result | None:
    """The result with the highest share; of equals the first. None where there is none."""

    def share(result: Result) -> Decimal:
        return result.points / result.max_points if result.max_points else ZERO

    return max(results, key=share, default=None)
