"""Where higher floors add to the learning floor, in their `AppConfig.ready()`."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.registries import Registry


@dataclass(frozen=True)
class ActivityState:
    """One piece of work as one student sees it in a lesson."""

    title: str
    url: str
    note: str
    done: bool
    due: datetime | None = None


@dataclass(frozen=True)
class ActivityType:
    """A kind of work that a lesson can hold, such as a quiz.

    `get_states(user, ids)` answers for many pieces of work in a bounded number of queries;
    unpublished work is left out. `user` may be anonymous or a teacher: then nothing is done.
    """

    key: str
    model_label: str
    icon: str
    get_states: Callable[[Any, Collection[int]], Mapping[int, ActivityState]]


activity_types: Registry[ActivityType] = Registry()
