from decimal import Decimal

import pytest

from assessments.grading import Result, best_of, has_passed, percentage, points_for, total


@pytest.mark.parametrize(
    ("share", "most", "points"),
    [("1", "5", "5.00"), ("0", "5", "0.00"), ("0.333", "1.5", "0.50"), ("-0.25", "2", "-0.50")],
)
def test_points_are_the_share_rounded_once_to_hundredths(
    share: str, most: str, points: str
) -> None:
    assert str(points_for(Decimal(share), Decimal(most))) == points


def test_total_is_never_less_than_zero() -> None:
    assert total([Decimal(2), Decimal("-0.5")]) == Decimal("1.5")
    assert total([Decimal("-3"), Decimal(1)]) == total([]) == 0


@pytest.mark.parametrize(
    ("points", "out_of", "percent"),
    [
        ("0", "0", "0.0"),
        ("1", "3", "33.3"),
        ("2", "3", "66.7"),
        ("10", "10", "100.0"),
        ("0.45", "1000", "0.0"),
        ("0.5", "1000", "0.1"),
        ("12.345", "100", "12.3"),
        ("12.35", "100", "12.4"),
    ],
)
def test_percentage_has_one_place_and_rounds_half_up(
    points: str, out_of: str, percent: str
) -> None:
    assert str(percentage(Decimal(points), Decimal(out_of))) == percent


@pytest.mark.parametrize(
    ("points", "mark", "passed"),
    [("5", 50, True), ("4.99", 50, False), ("4.995", 50, True), ("0", 0, True), ("10", 100, True)],
)
def test_pass_mark_is_compared_with_the_percentage_that_is_shown(
    points: str, mark: int, passed: bool
) -> None:
    assert has_passed(Decimal(points), Decimal(10), mark) is passed


def test_best_is_the_highest_share_and_not_the_most_points() -> None:
    small = Result(Decimal(9), Decimal(10))
    large = Result(Decimal(12), Decimal(20))
    assert best_of([large, small]) == small
    assert small.percentage == 90


def test_best_of_equals_is_the_first() -> None:
    first, second = Result(Decimal(1), Decimal(2)), Result(Decimal(2), Decimal(4))
    assert best_of([first, second]) is first


def test_best_of_nothing_is_none() -> None:
    assert best_of([]) is None
    nothing = Result(Decimal(0), Decimal(0))
    assert best_of([nothing]) == nothing
