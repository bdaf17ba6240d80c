"""A course's outline as one student sees it: what is done, where they are, what comes next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from learning.access import Access, Decisions, list_wanted_facts
from learning.memberships import Person, Place
from learning.models import CoursePage, Enrollment, LessonCompletion
from learning.registries import ActivityKind, Thing, ThingKind, activity_kinds
from learning.selectors.structure import CourseStructure, LessonEntry, ModuleEntry

WINDOW = 8
"""Lessons of the current module that are shown before and after the current one."""


@dataclass(frozen=True)
class OutlineLesson:
    """A lesson, whether it is done, and whether this reader may open it.

    `is_new`: required, and not done by a student who has completed the course already.
    """

    entry: LessonEntry
    done: bool
    is_current: bool
    access: Access

    @property
    def is_open(self) -> bool:
        return self.access.is_open

    @property
    def activity_kind(self) -> ActivityKind | None:
        """The kind of the first activity in the lesson that students see."""
        return activity_kinds.get(self.entry.activity_kind)

    is_new: bool = False


@dataclass(frozen=True)
class Reader:
    """What is known of a reader: what they may open, lessons done, the lesson that is shown."""

    course: CoursePage
    decisions: Decisions
    done_ids: frozenset[int] = frozenset()
    current_id: int | None = None
    has_completed: bool = False

    def decide(self, entry: LessonEntry) -> Access:
        """Whether they may open a lesson. In a preview, what is no draft."""
        return self.decisions.decide(describe_lesson(self.course, entry))

    def decide_module(self, entry: ModuleEntry) -> Access:
        return self.decisions.decide(describe_module(self.course, entry))

    def mark(self, entry: LessonEntry) -> OutlineLesson:
        """One lesson as this reader sees it."""
        done = entry.id in self.done_ids
        return OutlineLesson(
            entry=entry,
            done=done,
            is_current=entry.id == self.current_id,
            access=self.decide(entry),
            is_new=self.has_completed and entry.required and not done,
        )


@dataclass(frozen=True)
class OutlineModule:
    """A module and how much of it is done. Its lessons are marked only when they are shown."""

    entry: ModuleEntry
    reader: Reader
    course_url: str

    @property
    def url(self) -> str:
        """Its own page. Empty for those outside, who may read a free preview in it."""
        return self.entry.url if self.reader.decide_module(self.entry).is_there else ""

    @property
    def list_url(self) -> str:
        """The page that lists all its lessons: its own, or the course's for those outside."""
        return self.url or self.course_url

    @cached_property
    def lessons(self) -> tuple[OutlineLesson, ...]:
        return tuple(map(self.reader.mark, self.entry.lessons))

    @cached_property
    def around_current(self) -> tuple[OutlineLesson, ...]:
        """The current lesson with at most `WINDOW` before and after it."""
        return tuple(map(self.reader.mark, self.entry.lessons[self._window]))

    @property
    def earlier_count(self) -> int:
        """How many lessons stand before those around the current one."""
        return self._window.start

    @property
    def later_count(self) -> int:
        return len(self.entry.lessons) - self._window.stop

    @property
    def done_count(self) -> int:
        return len(self.entry.lesson_ids & self.reader.done_ids)

    @property
    def progress(self) -> str:
        """In words: “3 of 10”."""
        total = len(self.entry.lessons)
        return _("%(done)s of %(total)s") % {"done": self.done_count, "total": total}

    @property
    def is_current(self) -> bool:
        return self.reader.current_id in self.entry.lesson_ids

    @cached_property
    def _window(self) -> slice:
        ids = [lesson.id for lesson in self.entry.lessons]
        current = self.reader.current_id
        here = ids.index(current) if current in ids else 0
        return slice(max(0, here - WINDOW), min(len(ids), here + WINDOW + 1))


@dataclass(frozen=True)
class Outline:
    """The structure with ticks. `percent` counts the required lessons only."""

    structure: CourseStructure
    reader: Reader

    @cached_property
    def modules(self) -> tuple[OutlineModule, ...]:
        url = self.structure.url
        return tuple(OutlineModule(entry, self.reader, url) for entry in self.structure.modules)

    @property
    def done_ids(self) -> frozenset[int]:
        return self.reader.done_ids

    @cached_property
    def percent(self) -> int:
        required = self.structure.required_ids
        return get_percent(len(required & self.done_ids), len(required))

    @property
    def is_complete(self) -> bool:
        """Every lesson is done."""
        return all(entry.id in self.done_ids for entry in self.structure.lessons)

    @property
    def first_open(self) -> LessonEntry | None:
        """The first lesson that this reader may open."""
        return self._first_open(self.structure.lessons)

    @cached_property
    def current(self) -> OutlineLesson | None:
        entry = self.structure.find_lesson(self.reader.current_id or 0)
        return None if entry is None else self.reader.mark(entry)

    @cached_property
    def previous(self) -> LessonEntry | None:
        """The lesson before the current one that this reader may open."""
        here = self._current_position
        return None if here is None else self._first_open(self.structure.lessons[:here][::-1])

    @cached_property
    def following(self) -> LessonEntry | None:
        """The lesson after the current one that this reader may open."""
        here = self._current_position
        return None if here is None else self._first_open(self.structure.lessons[here + 1 :])

    @property
    def _current_position(self) -> int | None:
        return self.structure.positions.get(self.reader.current_id or 0)

    def _first_open(self, entries: Iterable[LessonEntry]) -> LessonEntry | None:
        return next((entry for entry in entries if self.reader.decide(entry).is_open), None)


def get_outline(
    person: Person,
    place: Place,
    structure: CourseStructure,
    *,
    current_id: int | None = None,
    done_ids: frozenset[int] | None = None,
    at: datetime | None = None,
) -> Outline:
    """A course as one person sees it. One query for a student's ticks, none for anybody else.

    `done_ids`: the lessons that the student has completed, where they are read already.
    """
    course, enrollment = place.course, place.membership.enrollment
    done, has_completed = frozenset[int](), False
    if place.membership.is_reading and enrollment is not None:
        done = list_done_ids(enrollment) if done_ids is None else done_ids
        has_completed = enrollment.completed_at is not None
    memberships = {course.pk: place.membership}
    decisions = Decisions.load(person, list_things(course, structure), memberships, at)
    return Outline(structure, Reader(course, decisions, done, current_id, has_completed))


def list_things(course: CoursePage, structure: CourseStructure) -> Iterator[Thing]:
    """The modules and lessons of an outline about which a rule needs to know facts. No query."""
    wanted = set[ThingKind]().union(*list_wanted_facts().values())
    if not wanted & {ThingKind.MODULE, ThingKind.LESSON}:
        return
    for module in structure.modules:
        yield describe_module(course, module)
        for lesson in module.lessons:
            yield describe_lesson(course, lesson)


def describe_module(course: CoursePage, entry: ModuleEntry) -> Thing:
    return _describe(ThingKind.MODULE, course, entry, free_preview=False)


def describe_lesson(course: CoursePage, entry: LessonEntry) -> Thing:
    return _describe(ThingKind.LESSON, course, entry, free_preview=entry.is_preview)


def _describe(
    kind: ThingKind, course: CoursePage, entry: ModuleEntry | LessonEntry, *, free_preview: bool
) -> Thing:
    """A structure holds what is live; in a preview of the course drafts, without an address."""
    return Thing(
        kind=kind,
        id=entry.id,
        course_id=course.pk,
        live=bool(entry.url),
        course_live=course.live,
        course_archived=course.archived_at is not None,
        free_preview=free_preview,
    )


def list_done_ids(enrollment: Enrollment) -> frozenset[int]:
    """Every lesson that the student has completed, live or not."""
    rows = LessonCompletion.objects.filter(enrollment=enrollment)
    return frozenset(rows.values_list("lesson_id", flat=True))


def get_percent(done: int, required: int) -> int:
    """Whole percent, rounded down: 100 means that nothing is missing. Nothing required: 0."""
    return min(100, 100 * done // required) if required else 0
