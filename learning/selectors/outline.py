"""A course's outline as one student sees it: what is done, where they are, what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from learning.models import Enrollment, LessonCompletion
from learning.registries import ActivityKind, activity_kinds
from learning.selectors.standing import Standing
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
    is_open: bool

    @property
    def activity_kind(self) -> ActivityKind | None:
        """The kind of the first activity in the lesson that students see."""
        return activity_kinds.get(self.entry.activity_kind)

    is_new: bool = False


@dataclass(frozen=True)
class Reader:
    """What is known of the one who looks: lessons done, the one that is shown, what opens."""

    done_ids: frozenset[int] = frozenset()
    current_id: int | None = None
    opens_all: bool = False
    has_completed: bool = False

    def mark(self, entry: LessonEntry) -> OutlineLesson:
        """One lesson as this reader sees it."""
        done = entry.id in self.done_ids
        return OutlineLesson(
            entry=entry,
            done=done,
            is_current=entry.id == self.current_id,
            is_open=bool(entry.url) and (self.opens_all or entry.is_preview),
            is_new=self.has_completed and entry.required and not done,
        )


@dataclass(frozen=True)
class OutlineModule:
    """A module and how much of it is done. Its lessons are marked only when they are shown."""

    entry: ModuleEntry
    reader: Reader
    course_url: str

    @property
    def list_url(self) -> str:
        """The page that lists all its lessons: its own, or the course's for those outside."""
        return self.entry.url if self.reader.opens_all else self.course_url

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

    @cached_property
    def next_lesson(self) -> LessonEntry | None:
        """The first lesson that is not done; None when all are."""
        open_lessons = (e for e in self.structure.lessons if e.id not in self.done_ids)
        return next(open_lessons, None)

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
        return next((entry for entry in entries if self.reader.mark(entry).is_open), None)


def get_outline(
    standing: Standing, structure: CourseStructure, *, current_id: int | None = None
) -> Outline:
    """One query for a student's ticks, none for anybody else."""
    done, has_completed = frozenset[int](), False
    if standing.is_reading and standing.enrollment is not None:
        done = list_done_ids(standing.enrollment)
        has_completed = standing.enrollment.completed_at is not None
    opens_all = standing.is_staff or standing.is_reading
    return Outline(structure, Reader(done, current_id, opens_all, has_completed))


def list_done_ids(enrollment: Enrollment) -> frozenset[int]:
    """Every lesson that the student has completed, live or not."""
    rows = LessonCompletion.objects.filter(enrollment=enrollment)
    return frozenset(rows.values_list("lesson_id", flat=True))


def get_percent(done: int, required: int) -> int:
    """Whole percent, rounded down: 100 means that nothing is missing. Nothing required: 0."""
    return min(100, 100 * done // required) if required else 0
