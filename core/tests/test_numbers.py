"""Numbers as people read them."""

from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from core.numbers import (
    Number,
    as_input,
    format_clock,
    format_count,
    format_duration,
    format_minutes,
    format_percent,
    format_points,
)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (Decimal("17.50"), "17.5"),
        (Decimal("20.00"), "20"),
        (Decimal("0.25"), "0.25"),
        (Decimal(100), "100"),
        (Decimal("1E+2"), "100"),
    ],
)
def test_points_have_no_trailing_zeros(value: Decimal | None, words: str) -> None:
    assert format_points(value) == words


@pytest.mark.parametrize(
    ("value", "places", "words"),
    [
        (None, 1, "–"),
        (0, 1, "0 %"),
        (100, 1, "100 %"),
        (Decimal("66.65"), 1, "66.7 %"),
        (66.6667, 1, "66.7 %"),
        (Decimal("50.0"), 1, "50 %"),
        (Decimal("66.5"), 0, "67 %"),
    ],
)
def test_percent_has_the_places_that_it_needs(
    value: Number | None, places: int, words: str
) -> None:
    assert format_percent(value, places) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (None, ""),
        (0, ""),
        (1, "1 min"),
        (45, "45 min"),
        (60, "1 hour"),
        (120, "2 hours"),
        (90, "1 h 30 min"),
        (60_000, "1,000 hours"),
    ],
)
def test_duration_is_short(minutes: int | None, words: str) -> None:
    assert format_duration(minutes) == words


@pytest.mark.parametrize(("minutes", "words"), [(1, "1 minute"), (90, "90 minutes")])
def test_minutes_have_the_right_plural(minutes: int, words: str) -> None:
    assert format_minutes(minutes) == words


def test_clock_shows_minutes_and_seconds() -> None:
    assert [format_clock(seconds) for seconds in (5, 75, 3600)] == ["0:05", "1:15", "60:00"]


def test_numbers_follow_the_language() -> None:
    with translation.override("de"):
        assert format_points(Decimal("17.50")) == "17,5"
        assert format_percent(Decimal("66.7")) == "66,7 %"
        assert format_count(12345) == "12.345"
        assert as_input(Decimal("17.50")) == "17.5", "what a field holds is the same everywhere"


def test_count_sets_thousands_apart() -> None:
    assert format_count(12345) == "12,345"


def test_every_number_has_its_filter_in_templates() -> None:
    source = (
        "{% load numbers %}{{ n|count }} {{ n|points }} {{ n|percent:0 }} {{ n|duration }} "
        "{{ n|minutes }} {{ n|clock }}"
    )
    assert Template(source).render(Context({"n": 1})) == "1 1 1 % 1 min 1 minute 0:01"
