"""Where others add to the learning floor: higher floors in `AppConfig.ready()`, its own views."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from core.registries import Registry


@dataclass(frozen=True)
class ActivityState:
    """One piece of work as one student sees it in a lesson.

    Work of another course than the lesson's is left out of the lesson: `course_id` says whose it
    is.
    """

    title: str
    url: str
    note: str
    done: bool
    due: datetime | None = None
    course_id: int | None = None


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


activity_types: Registry[ActivityType] = Registry("activity types")

PageView = Callable[[HttpRequest, Any], HttpResponse]

page_views: Registry[PageView] = Registry("page views")
"""What shows a page, by the label of its model: the page itself knows no screens."""


@dataclass(frozen=True)
class CourseTool:
    """A place that belongs to a course. `icon` is one of the website's (heroicons)."""

    label: Any
    icon: str
    get_url: Callable[[int], str]


course_places: Registry[CourseTool] = Registry("course places")
"""Links for those who may read the course: on its page, and for its team in the CMS."""
