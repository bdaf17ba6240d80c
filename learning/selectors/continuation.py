"""Where a student continues: the only definition, for course page, dashboard and API."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, Value

from learning.access import Decisions
from learning.memberships import Membership, Person
from learning.models import Activity, Enrollment, LessonCompletion
from learning.registries import activity_kinds
from learning.selectors.activities import get_states
from learning.selectors.outline import describe_lesson, list_things
from learning.selectors.placements import Placed
from learning.selectors.structure import CourseStructure, LessonEntry


@dataclass(frozen=True)
class Marks:
    """What a student has done. `done`: keys of lessons by enrollment, live or not.

    `waiting`: keys of activities at which their work waits for a grade.
    """

    done: Mapping[int, frozenset[int]] = field(default_factory=dict)
    waiting: frozenset[int] = frozenset()


def get_marks(enrollments: Sequence[Enrollment]) -> Marks:
    """One query for any number of enrollments of one student."""
    if not enrollments:
        return Marks()
    waits = Q(pk__in=[])
    for kind in activity_kinds.values():
        waits |= Q(pk__in=kind.waits_for_grade(enrollments[0].student_id))
    activities = Activity.objects.filter(waits).order_by()
    lessons = LessonCompletion.objects.filter(enrollment__in=enrollments).order_by()
    rows = lessons.values_list("enrollment_id", "lesson_id").union(
        activities.values_list(Value(0), "pk"), all=True
    )
    found: dict[int, set[int]] = {}
    for enrollment_id, key in rows:
        found.setdefault(enrollment_id, set()).add(key)
    waiting = frozenset(found.pop(0, ()))
    return Marks({pk: frozenset(keys) for pk, keys in found.items()}, waiting)


def find_continue_lessons(
    student: Person,
    enrollments: Iterable[Enrollment],
    structures: Mapping[int, CourseStructure],
    marks: Marks,
    at: datetime | None = None,
) -> dict[int, LessonEntry | None]:
    """The lesson with which the student continues each course, by enrollment.

    The one they were in last, while it is open and not done; else the first that is. Work that
    waits for a grade is done for this purpose. None: nothing is left, or nothing is open. No query,
    but where a lesson holds work that waits beside work that does not.
    """
    rows = list(enrollments)
    courses = {row.course_id: row.course for row in rows}
    memberships = {row.course_id: Membership(enrollment=row) for row in rows}
    things = (thing for pk in courses for thing in list_things(courses[pk], structures[pk]))
    decisions = Decisions.load(student, things, memberships, at)
    waiting = _list_waiting(student, [structures[pk] for pk in courses], marks)
    found: dict[int, LessonEntry | None] = {}
    for row in rows:
        structure, done = structures[row.course_id], marks.done.get(row.pk, frozenset()) | waiting
        last = structure.find_lesson(row.last_lesson_id or 0)
        candidates = [last, *structure.lessons] if last else structure.lessons
        left = (one for one in candidates if one.id not in done)
        found[row.pk] = None
        for lesson in left:
            if decisions.decide(describe_lesson(row.course, lesson)).is_open:
                found[row.pk] = lesson
                break
    return found


def _list_waiting(
    student: Person, structures: Iterable[CourseStructure], marks: Marks
) -> frozenset[int]:
    """Lessons in which all that is not done waits for a grade."""
    if not marks.waiting:
        return frozenset()
    held = {
        lesson.id: [one for one in lesson.activities if one.shown_in == structure.course_id]
        for structure in structures
        for lesson in structure.lessons
    }
    held = {pk: placed for pk, placed in held.items() if marks.waiting & {one.id for one in placed}}
    others = [one for placed in held.values() for one in placed if one.id not in marks.waiting]
    states = get_states(student, others)

    def needs_nothing(one: Placed) -> bool:
        return one.id in marks.waiting or (one.id in states and states[one.id].done)

    return frozenset(pk for pk, placed in held.items() if all(map(needs_nothing, placed)))
