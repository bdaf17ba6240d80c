"""Activities of all kinds: where they stand, and their state for one person."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import ngettext

from core.numbers import format_count
from learning.models import Activity, CoursePage, LessonActivity, LessonPage
from learning.querysets import below
from learning.registries import ActivityState, TeamRow, activity_kinds
from learning.selectors.placements import Placed, lessons_placing, published_once
from learning.selectors.standing import Person
from learning.selectors.structure import get_structure, get_structures


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


def list_own_lessons(activity: Activity) -> list[LessonPage]:
    """The live lessons of its own course that hold it."""
    return [lesson for lesson in lessons_placing(activity) if lesson.live]


def is_within_reach(activity: Activity) -> bool:
    """Students find it: in a lesson that they can read, or in no lesson at all."""
    shown = get_structure(activity.course).lessons
    in_sight = any(activity.pk == one.id for lesson in shown for one in lesson.activities)
    return in_sight or not lessons_placing(activity)


def list_hidden_ids(courses: Sequence[CoursePage]) -> set[int]:
    """Activities that stand only in lessons which their course's outline doesn't show, because the
    lesson or its module was unpublished. One query more than the outlines, for any number.
    """
    structures = get_structures(courses)
    lessons = [lesson for structure in structures.values() for lesson in structure.lessons]
    shown = {one.id for lesson in lessons for one in lesson.activities}
    others = published_once(LessonPage.objects.filter(below(course.path for course in courses)))
    placed = LessonActivity.objects.filter(
        lesson__in=others.exclude(pk__in=[lesson.id for lesson in lessons]).values("pk")
    )
    return set(placed.values_list("activity", flat=True)) - shown


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
