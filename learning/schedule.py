"""Which dates and limits hold: dates, limits and exceptions in, a window out.

No clock and no database in here. What is loaded for it: `learning.windows`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

GRACE_SECONDS = 30
"""For slow lines and servers: what arrives this long after a deadline still counts."""
GRACE = timedelta(seconds=GRACE_SECONDS)


class Dates(Protocol):
    """The dates that an author gave to an activity."""

    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True)
class Extension:
    """What one student was given at one activity. It only ever gives more.

    An earlier opening, a later due date, a later closing, and time on top of the limit. A date that
    the activity does not have is not added.
    """

    opens: datetime | None = None
    due: datetime | None = None
    closes: datetime | None = None
    extra_time: timedelta = timedelta(0)


@dataclass(frozen=True)
class Window:
    """When one student may work on an activity. What is None has no bound.

    `time_limit` is how long one attempt takes at most. `extension`: what the student was given on
    top of what holds for everybody, and is counted in already.
    """

    opens: datetime | None = None
    due: datetime | None = None
    closes: datetime | None = None
    time_limit: timedelta | None = None
    extension: Extension | None = None

    @property
    def ends(self) -> datetime | None:
        """When the work is due; without a due date, when it closes."""
        return self.due or self.closes

    @property
    def minutes(self) -> int | None:
        """The time limit in whole minutes."""
        return None if self.time_limit is None else int(self.time_limit.total_seconds() // 60)

    def has_opened(self, now: datetime) -> bool:
        return self.opens is None or now >= self.opens

    def has_closed(self, now: datetime) -> bool:
        return self.closes is not None and now >= self.closes

    def is_open(self, now: datetime) -> bool:
        return self.has_opened(now) and not self.has_closed(now)

    def accepts(self, arrived_at: datetime) -> bool:
        """Work that arrives now is taken: the window is open, or closed within the grace."""
        return self.has_opened(arrived_at) and is_in_time(self.closes, arrived_at)

    def seconds_late(self, arrived_at: datetime) -> int:
        """How long after it was due; 0 in time, the grace included."""
        if self.due is None or is_in_time(self.due, arrived_at):
            return 0
        return int((arrived_at - self.due).total_seconds())

    def is_late(self, arrived_at: datetime) -> bool:
        """Work that arrives now counts as late."""
        return self.seconds_late(arrived_at) > 0

    def deadline_of_attempt(self, started_at: datetime) -> datetime | None:
        """When an attempt ends: its time is up, or the window closes before that."""
        ends = [self.closes]
        if self.time_limit is not None:
            ends.append(started_at + self.time_limit)
        return min((end for end in ends if end is not None), default=None)


def calculate_window(
    dates: Dates, time_limit: timedelta | None = None, extensions: Iterable[Extension] = ()
) -> Window:
    """The window of one student. Of several extensions the most generous counts, date by date."""
    given = list(extensions)
    if not given:
        return Window(dates.opens_at, dates.due_at, dates.closes_at, time_limit)
    best = Extension(
        opens=min((one.opens for one in given if one.opens), default=None),
        due=max((one.due for one in given if one.due), default=None),
        closes=max((one.closes for one in given if one.closes), default=None),
        extra_time=max(one.extra_time for one in given),
    )
    closes = _later(dates.closes_at, best.closes)
    due = _later(dates.due_at, best.due)
    return Window(
        opens=min(dates.opens_at, best.opens) if dates.opens_at and best.opens else dates.opens_at,
        due=due,
        closes=max(closes, due) if closes and due else closes,
        time_limit=None if time_limit is None else time_limit + best.extra_time,
        extension=best,
    )


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


def _later(date: datetime | None, given: datetime | None) -> datetime | None:
    """A date that is not there is not added."""
    return max(date, given) if date and given else date
