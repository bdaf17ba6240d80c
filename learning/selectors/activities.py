"""Activities of all kinds: where they stand, and their state for one person."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import ngettext

from core.numbers import format_count
from learning.access import get_accesses
from learning.memberships import Person
from learning.models import Activity, LessonActivity, LessonPage
from learning.registries import ActivityState, TeamRow, activity_kinds
from learning.selectors.placements import Placed, lessons_placing


def get_states(user: Person, placed: Iterable[Placed]) -> dict[int, ActivityState]:
    """The state of each activity for one person, in a bounded number of queries for each kind.

    The kinds decide nothing about who may see them: the caller passes what may be seen.
    """
    states: dict[int, ActivityState] = {}
    for kind, ids in _by_kind(placed).items():
        states.update(activity_kinds[kind].get_states(user, ids))
    return states


def get_placed_states(
    user: Person, placed: Collection[Placed], course_id: int
) -> dict[int, ActivityState]:
    """The states of what a lesson of this course holds, by key, in the order of `placed`.

    Unpublished activities and those of another course are left out.
    """
    states = get_states(user, placed)
    own = {pk for pk, state in states.items() if state.published and state.course_id == course_id}
    return {one.id: states[one.id] for one in placed if one.id in own}


def get_team_rows(activities: Sequence[Activity]) -> dict[int, TeamRow]:
    """What the team reads beside each, by key."""
    rows: dict[int, TeamRow] = {}
    for kind, ids in _by_kind(Placed(one.pk, one.kind) for one in activities).items():
        rows.update(activity_kinds[kind].get_team_rows(ids))
    return rows


def find_lesson(user: Person, activity: Activity) -> LessonPage | None:
    """A lesson that holds the activity and that this person may read: the way back."""
    lessons = lessons_placing(activity)
    accesses = get_accesses(user, lessons)
    pairs = zip(lessons, accesses, strict=True)
    return next((lesson for lesson, access in pairs if access.is_open), None)


def list_own_lessons(activity: Activity) -> list[LessonPage]:
    """The live lessons of its own course that hold it."""
    return [lesson for lesson in lessons_placing(activity) if lesson.live]


def count_records(activity: Activity) -> list[str]:
    """What would be lost, or would show a hole, if it were deleted, in words."""
    records = activity_kinds[activity.kind].count_records(activity)
    lessons = LessonActivity.objects.filter(activity=activity.pk).values("lesson").distinct()
    if number := lessons.count():
        sentence = ngettext(
            "It stands in %(number)s lesson.", "It stands in %(number)s lessons.", number
        )
        records = [*records, sentence % {"number": format_count(number)}]
    return records


def _by_kind(placed: Iterable[Placed]) -> dict[str, list[int]]:
    """Kinds whose app is not installed any more are left out."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for one in placed:
        if one.kind in activity_kinds:
            found[one.kind].append(one.id)
    return found
