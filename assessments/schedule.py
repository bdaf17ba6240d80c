"""Which dates and limits hold: rules in, a window out. No clock and no database in here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

GRACE_SECONDS = 30
"""For slow lines and servers: what arrives this long after a deadline still counts."""
GRACE = timedelta(seconds=GRACE_SECONDS)


class QuizRules(Protocol):
    """The dates of a quiz; `time_limit` in minutes."""

    opens_at: datetime | None
    closes_at: datetime | None
    time_limit: int | None


class AssignmentRules(Protocol):
    """The dates of an assignment."""

    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True)
class Window:
    """When one student may work on something. What is None has no bound."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None
    time_limit: timedelta | None = None
    due_at: datetime | None = None

    def has_opened(self, now: datetime) -> bool:
        return self.opens_at is None or now >= self.opens_at

    def has_closed(self, now: datetime) -> bool:
        return self.closes_at is not None and now >= self.closes_at

    def is_open(self, now: datetime) -> bool:
        return self.has_opened(now) and not self.has_closed(now)

    def accepts(self, arrived_at: datetime) -> bool:
        """Work that arrives now is taken: the window is open, or closed within the grace."""
        return self.has_opened(arrived_at) and is_in_time(self.closes_at, arrived_at)

    def seconds_late(self, arrived_at: datetime) -> int:
        """How long after `due_at`; 0 in time, the grace included."""
        if self.due_at is None or is_in_time(self.due_at, arrived_at):
            return 0
        return int((arrived_at - self.due_at).total_seconds())


def quiz_window(rules: QuizRules) -> Window:
    """The window that a quiz gives to every student."""
    limit = None if rules.time_limit is None else timedelta(minutes=rules.time_limit)
    return Window(rules.opens_at, rules.closes_at, limit)


def assignment_window(rules: AssignmentRules) -> Window:
    """The window that an assignment gives to every student."""
    return Window(rules.opens_at, rules.closes_at, due_at=rules.due_at)


def attempt_deadline(now: datetime, window: Window) -> datetime | None:
    """When an attempt that starts now ends: its time is up, or the window closes before that."""
    ends = [window.closes_at]
    if window.time_limit is not None:
        ends.append(now + window.time_limit)
    return min((end for end in ends if end is not None), default=None)


def is_in_time(deadline: datetime | None, arrived_at: datetime) -> bool:
    """Until the deadline, and for the grace after it."""
    return deadline is None or arrived_at <= deadline + GRACE


def finish_time(deadline: datetime | None, arrived_at: datetime) -> datetime:
    """When work counts as finished: never later than its deadline."""
    return arrived_at if deadline is None else min(arrived_at, deadline)


def seconds_left(deadline: datetime | None, now: datetime) -> int | None:
    """Whole seconds until the deadline, 0 after it. None: there is no deadline."""
    if deadline is None:
        return None
    return max(0, int((deadline - now).total_seconds()))
