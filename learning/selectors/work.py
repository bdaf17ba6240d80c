"""The work that lessons place, as one person sees it."""

from collections.abc import Iterable, Mapping

from learning.registries import ActivityState, activity_types
from learning.selectors.placements import Activity
from learning.selectors.standing import Person


def list_placed_states(
    user: Person, activities: Iterable[Activity], course_id: int
) -> Mapping[Activity, ActivityState]:
    """One call for each kind of work. Unpublished work and another course's work are left out."""
    by_kind: dict[str, list[int]] = {}
    for kind, object_id in activities:
        by_kind.setdefault(kind, []).append(object_id)
    return {
        (kind, object_id): state
        for kind, ids in by_kind.items()
        if (activity_type := activity_types.get(kind)) is not None
        for object_id, state in activity_type.get_states(user, ids).items()
        if state.course_id in (None, course_id)
    }
