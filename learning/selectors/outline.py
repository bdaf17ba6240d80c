"""A course's outline as one student sees it: what is done, where they are, what comes next."""

from dataclasses import dataclass
from functools import cached_property

from learning.models import Enrollment, LessonCompletion
from learning.registries import ActivityKind, activity_kinds
from learning.selectors.standing import Standing
from learning.selectors.structure import CourseStructure, LessonEntry, ModuleEntry


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
class OutlineModule:
    """A module and how much of it is done."""

    entry: ModuleEntry
    lessons: tuple[OutlineLesson, ...]

    @property
    def done_count(self) -> int:
        return sum(lesson.done for lesson in self.lessons)

    @property
    def is_current(self) -> bool:
        return any(lesson.is_current for lesson in self.lessons)


@dataclass(frozen=True)
class Outline:
    """The structure with ticks. `percent` counts the required lessons only."""

    structure: CourseStructure
    modules: tuple[OutlineModule, ...]
    done_ids: frozenset[int]
    current_id: int | None = None

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
    def lessons(self) -> tuple[OutlineLesson, ...]:
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    @property
    def current(self) -> OutlineLesson | None:
        return next((lesson for lesson in self.lessons if lesson.is_current), None)

    @property
    def current_module(self) -> OutlineModule | None:
        return next((module for module in self.modules if module.is_current), None)

    @cached_property
    def previous(self) -> LessonEntry | None:
        """The lesson before the current one that this reader may open."""
        before, _after = self._around_current()
        return before[-1].entry if before else None

    @cached_property
    def following(self) -> LessonEntry | None:
        """The lesson after the current one that this reader may open."""
        _before, after = self._around_current()
        return after[0].entry if after else None

    def _around_current(self) -> tuple[list[OutlineLesson], list[OutlineLesson]]:
        ids = [lesson.entry.id for lesson in self.lessons]
        if self.current_id not in ids:
            return [], []
        here = ids.index(self.current_id)
        before, after = self.lessons[:here], self.lessons[here + 1 :]
        return [x for x in before if x.is_open], [x for x in after if x.is_open]


def get_outline(
    standing: Standing, structure: CourseStructure, *, current_id: int | None = None
) -> Outline:
    """One query for a student's ticks, none for anybody else."""
    done, has_completed = frozenset[int](), False
    if standing.is_reading and standing.enrollment is not None:
        done = list_done_ids(standing.enrollment)
        has_completed = standing.enrollment.completed_at is not None
    opens_all = standing.is_staff or standing.is_reading
    return Outline(
        structure=structure,
        modules=tuple(
            _mark(module, done, current_id, opens_all, has_completed)
            for module in structure.modules
        ),
        done_ids=done,
        current_id=current_id,
    )


def list_done_ids(enrollment: Enrollment) -> frozenset[int]:
    """Every lesson that the student has completed, live or not."""
    rows = LessonCompletion.objects.filter(enrollment=enrollment)
    return frozenset(rows.values_list("lesson_id", flat=True))


def get_percent(done: int, required: int) -> int:
    """Whole percent, rounded down: 100 means that nothing is missing. Nothing required: 0."""
    return min(100, 100 * done // required) if required else 0


def _mark(
    module: ModuleEntry,
    done: frozenset[int],
    current_id: int | None,
    opens_all: bool,
    has_completed: bool,
) -> OutlineModule:
    lessons = (
        OutlineLesson(
            entry=entry,
            done=entry.id in done,
            is_current=entry.id == current_id,
            is_open=bool(entry.url) and (opens_all or entry.is_preview),
            is_new=has_completed and entry.required and entry.id not in done,
        )
        for entry in module.lessons
    )
    return OutlineModule(module, tuple(lessons))
