"""The list of a course's activities: for students with their state, for the team with the queue.
The way back to it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import NotFound
from learning.access import get_accesses
from learning.capabilities import Capability
from learning.memberships import Membership, Person
from learning.models import Activity, CoursePage
from learning.registries import ActivityKind, ActivityState, TeamRow, activity_kinds
from learning.selectors.activities import get_states, get_team_rows
from learning.selectors.placements import Placed

Crumb = tuple[str, str]
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class KindOfWork:
    """The activities of one kind: for a student their states, for the team rows of its own."""

    kind: ActivityKind
    states: Sequence[ActivityState] = ()
    rows: Sequence[tuple[Activity, TeamRow]] = ()


@dataclass(frozen=True)
class CourseWork:
    """What is to be done in a course, by kind. Kinds without any activity are left out."""

    kinds: Sequence[KindOfWork]

    @property
    def done_count(self) -> int:
        return sum(state.done for one in self.kinds for state in one.states)

    @property
    def total(self) -> int:
        return sum(len(one.states) for one in self.kinds)

    @property
    def has_queue(self) -> bool:
        """Something of it is graded by a person."""
        return any(one.kind.is_graded_by_people for one in self.kinds)


def get_course(pk: int) -> CoursePage:
    """A course, whatever its state. Raises `NotFound`, also for numbers beyond the database's."""
    course = CoursePage.objects.filter(id=pk).first()
    if course is None:
        raise NotFound
    return course


def get_course_work(
    course: CoursePage, user: Person, membership: Membership, at: datetime
) -> CourseWork:
    """Published activities that are there for this person, in the order of their dates.

    A constant number of queries for each kind, whatever the course holds.
    """
    activities = list(course.activities.published().order_by("title", "pk"))
    accesses = get_accesses(user, activities, at, {course.pk: membership})
    shown = [one for one, access in zip(activities, accesses, strict=True) if access.is_there]
    placed = [Placed(one.pk, one.kind) for one in shown]
    states = get_states(user, placed)
    there = [one for one in placed if one.id in states]
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for one in sorted(there, key=lambda one: states[one.id].window.ends or NEVER):
        found[one.kind].append(states[one.id])
    return CourseWork([KindOfWork(kind, states=found[kind.key]) for kind in _used(found)])


def get_team_work(course: CoursePage, membership: Membership) -> CourseWork:
    """As a member of the course's team sees it: drafts, and what learners did, where their role
    shows these. What is archived is left out.
    """
    activities = course.activities.filter(archived=False)
    if not membership.can(Capability.SEE_DRAFTS):
        activities = activities.published()
    rows = get_team_rows(activities) if membership.can(Capability.SEE_RECORDS) else {}
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for one in activities:
        found[one.kind].append((one, rows.get(one.pk, TeamRow())))
    return CourseWork([KindOfWork(kind, rows=found[kind.key]) for kind in _used(found)])


def _used(found: dict[str, list[Any]]) -> list[ActivityKind]:
    return [kind for kind in activity_kinds.values() if kind.key in found]


def crumbs_to_course(course: CoursePage) -> list[Crumb]:
    """The course, where it has a page."""
    return [(course.title, course.url)] if course.url else []


def crumbs_to_work(course: CoursePage) -> list[Crumb]:
    """The course, and the list of its work."""
    work = (_("Course work"), reverse("course_work", args=[course.pk]))
    return [*crumbs_to_course(course), work]
