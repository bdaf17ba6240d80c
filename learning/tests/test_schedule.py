from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.schedule import (
    GRACE,
    Extension,
    Window,
    calculate_window,
    finish_time,
    is_in_time,
    seconds_left,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("opens", "closes", "is_open"),
    [
        (None, None, True),
        (NOW, None, True),
        (NOW + SECOND, None, False),
        (None, NOW, False),
        (None, NOW + SECOND, True),
        (NOW - HOUR, NOW + HOUR, True),
    ],
)
def test_window_is_open_from_its_opening_until_before_its_closing(
    opens: datetime | None, closes: datetime | None, is_open: bool
) -> None:
    assert Window(opens=opens, closes=closes).is_open(NOW) is is_open


@pytest.mark.parametrize(
    ("closes", "limit", "deadline"),
    [
        (None, None, None),
        (None, HOUR, NOW + HOUR),
        (NOW + 2 * HOUR, HOUR, NOW + HOUR),
        (NOW + HOUR / 2, HOUR, NOW + HOUR / 2),
        (NOW + HOUR, None, NOW + HOUR),
    ],
)
def test_deadline_is_the_earlier_of_limit_and_closing(
    closes: datetime | None, limit: timedelta | None, deadline: datetime | None
) -> None:
    assert Window(closes=closes, time_limit=limit).deadline_of_attempt(NOW) == deadline


@pytest.mark.parametrize(
    ("after", "in_time"), [(-SECOND, True), (GRACE, True), (GRACE + SECOND, False)]
)
def test_what_arrives_within_the_grace_is_in_time(after: timedelta, in_time: bool) -> None:
    assert is_in_time(NOW, NOW + after) is in_time


def test_without_deadline_everything_is_in_time_and_nothing_counts_down() -> None:
    assert is_in_time(None, NOW)
    assert finish_time(None, NOW) == NOW
    assert seconds_left(None, NOW) is None


def test_work_never_finishes_after_its_deadline() -> None:
    assert finish_time(NOW, NOW + GRACE) == NOW
    assert finish_time(NOW, NOW - HOUR) == NOW - HOUR


def test_seconds_left_are_whole_and_never_negative() -> None:
    assert seconds_left(NOW + timedelta(seconds=90, milliseconds=900), NOW) == 90
    assert seconds_left(NOW - HOUR, NOW) == 0


def dates(**fields: datetime | None) -> SimpleNamespace:
    return SimpleNamespace(**{"opens_at": None, "due_at": None, "closes_at": None, **fields})


def test_window_without_extension_is_what_holds_for_everybody() -> None:
    given = dates(opens_at=NOW, due_at=NOW + HOUR, closes_at=NOW + 2 * HOUR)
    window = calculate_window(given, timedelta(minutes=20))
    assert window == Window(NOW, NOW + HOUR, NOW + 2 * HOUR, timedelta(minutes=20))
    assert window.minutes == 20
    assert window.extension is None
    assert calculate_window(given).minutes is None


def test_window_ends_when_it_is_due_or_else_when_it_closes() -> None:
    assert Window(due=NOW, closes=NOW + HOUR).ends == NOW
    assert Window(closes=NOW + HOUR).ends == NOW + HOUR
    assert Window().ends is None


def test_work_is_late_after_its_due_date_and_refused_after_its_closing() -> None:
    window = Window(opens=NOW - HOUR, due=NOW, closes=NOW + HOUR)
    assert window.seconds_late(NOW + GRACE) == 0
    assert not window.is_late(NOW + GRACE)
    assert window.seconds_late(NOW + HOUR) == 3600
    assert window.is_late(NOW + HOUR)
    assert window.accepts(NOW + HOUR + GRACE)
    assert not window.accepts(NOW + HOUR + GRACE + SECOND)
    assert not window.accepts(NOW - 2 * HOUR)


def test_extension_gives_time_and_a_closing_that_is_never_before_the_due_date() -> None:
    given = dates(opens_at=NOW, due_at=NOW + HOUR, closes_at=NOW + HOUR)
    extension = Extension(opens=NOW - HOUR, due=NOW + 3 * HOUR, extra_time=timedelta(minutes=10))
    window = calculate_window(given, timedelta(minutes=20), [extension])
    assert (window.opens, window.due, window.closes) == (NOW - HOUR, NOW + 3 * HOUR, NOW + 3 * HOUR)
    assert window.minutes == 30
    assert window.extension == extension


def test_extension_adds_no_date_and_no_limit_where_there_is_none() -> None:
    extension = Extension(NOW, NOW, NOW, HOUR)
    window = calculate_window(dates(), None, [extension])
    assert (window.opens, window.due, window.closes, window.time_limit) == (None,) * 4


MOMENTS = st.none() | st.integers(0, 100).map(lambda hours: NOW + hours * HOUR)
EXTENSIONS = st.builds(Extension, MOMENTS, MOMENTS, MOMENTS, st.integers(0, 5).map(HOUR.__mul__))


@given(MOMENTS, MOMENTS, MOMENTS, st.lists(EXTENSIONS, max_size=3))
def test_extensions_never_take_anything_away(
    opens: datetime | None,
    due: datetime | None,
    closes: datetime | None,
    extensions: list[Extension],
) -> None:
    plain = dates(opens_at=opens, due_at=due, closes_at=closes)
    before, after = calculate_window(plain, HOUR), calculate_window(plain, HOUR, extensions)
    for hours in range(0, 101, 5):
        moment = NOW + hours * HOUR
        assert after.is_open(moment) or not before.is_open(moment)
        assert after.seconds_late(moment) <= before.seconds_late(moment)
        if (ends := before.deadline_of_attempt(moment)) is not None:
            assert after.deadline_of_attempt(moment) >= ends
    assert calculate_window(plain, HOUR, extensions[::-1]) == after


def test_without_due_date_nothing_is_late() -> None:
    assert Window().seconds_late(NOW) == 0
