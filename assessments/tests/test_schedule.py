from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from assessments.schedule import (
    GRACE,
    Window,
    assignment_window,
    attempt_deadline,
    finish_time,
    is_in_time,
    quiz_window,
    seconds_left,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "is_open"),
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
    opens_at: datetime | None, closes_at: datetime | None, is_open: bool
) -> None:
    assert Window(opens_at, closes_at).is_open(NOW) is is_open


@pytest.mark.parametrize(
    ("closes_at", "limit", "deadline"),
    [
        (None, None, None),
        (None, HOUR, NOW + HOUR),
        (NOW + 2 * HOUR, HOUR, NOW + HOUR),
        (NOW + HOUR / 2, HOUR, NOW + HOUR / 2),
        (NOW + HOUR, None, NOW + HOUR),
    ],
)
def test_deadline_is_the_earlier_of_limit_and_closing(
    closes_at: datetime | None, limit: timedelta | None, deadline: datetime | None
) -> None:
    assert attempt_deadline(NOW, Window(None, closes_at, limit)) == deadline


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


def test_quiz_window_reads_the_limit_in_minutes() -> None:
    rules = SimpleNamespace(opens_at=NOW, closes_at=None, time_limit=20)
    assert quiz_window(rules) == Window(NOW, None, timedelta(minutes=20))
    rules.time_limit = None
    assert quiz_window(rules).time_limit is None


def test_assignment_is_late_after_its_due_date_and_refused_after_its_closing() -> None:
    rules = SimpleNamespace(opens_at=NOW - HOUR, due_at=NOW, closes_at=NOW + HOUR)
    window = assignment_window(rules)
    assert window.seconds_late(NOW + GRACE) == 0
    assert window.seconds_late(NOW + HOUR) == 3600
    assert window.accepts(NOW + HOUR + GRACE)
    assert not window.accepts(NOW + HOUR + GRACE + SECOND)
    assert not window.accepts(NOW - 2 * HOUR)


def test_without_due_date_nothing_is_late() -> None:
    assert Window().seconds_late(NOW) == 0
