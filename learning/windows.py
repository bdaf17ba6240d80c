"""Which dates and limits hold for a student at an activity, read from the database.

The only reader of the date columns outside of models, forms, CMS lists and sample data. How they
are put together: `learning.schedule`.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from learning.models import Activity
from learning.registries import activity_kinds, window_exceptions
from learning.schedule import Extension, Window, calculate_window

Found = dict[tuple[int, int], list[Extension]]


def window_for(activity: Activity, student: Any = None, at: datetime | None = None) -> Window:
    """The window of one student; without a student what holds for everybody else.

    `at`: the moment whose exceptions count, now if left out.
    """
    return windows_for([activity], student, at)[activity.pk]


def windows_for(
    activities: Sequence[Activity],
    student: Any = None,
    at: datetime | None = None,
    *,
    with_limits: bool = True,
) -> dict[int, Window]:
    """The windows of one student at many activities, by activity. `student` may be anonymous.

    A query for each kind whose time limits are not read yet, unless they are not wanted, and those
    of the exceptions.
    """
    key = getattr(student, "pk", None)
    limits = _get_time_limits(activities) if with_limits else {}
    given = _load(activities, [] if key is None else [key], at)
    return {
        one.pk: calculate_window(one, limits.get(one.pk), given.get((one.pk, key or 0), ()))
        for one in activities
    }


def windows_for_students(
    activity: Activity, student_ids: Collection[int], at: datetime | None = None
) -> dict[int, Window]:
    """The windows of many students at one activity, by student: as many queries as for one."""
    limit = _get_time_limits([activity]).get(activity.pk)
    given = _load([activity], student_ids, at)
    return {
        student: calculate_window(activity, limit, given.get((activity.pk, student), ()))
        for student in student_ids
    }


def list_extended(activity: Activity, at: datetime | None = None) -> dict[int, Window]:
    """The windows of those students alone who were given an extension, without time limits."""
    return {
        student: calculate_window(activity, None, extensions)
        for (_activity, student), extensions in _load([activity], None, at).items()
    }


def _get_time_limits(activities: Sequence[Activity]) -> dict[int, timedelta]:
    by_kind: defaultdict[str, list[Activity]] = defaultdict(list)
    for activity in activities:
        by_kind[activity.kind].append(activity)
    limits: dict[int, timedelta] = {}
    for kind, found in by_kind.items():
        if kind in activity_kinds:
            limits.update(activity_kinds[kind].get_time_limits(found))
    return limits


def _load(
    activities: Sequence[Activity], students: Collection[int] | None, at: datetime | None
) -> Found:
    """All extensions by activity and student; `students` None: of everybody who has one."""
    found: Found = {}
    if not window_exceptions or not activities or (students is not None and not students):
        return found
    ids = [activity.pk for activity in activities]
    for load in window_exceptions.values():
        for pair, extension in load(ids, students, at or timezone.now()).items():
            found.setdefault(pair, []).append(extension)
    return found
