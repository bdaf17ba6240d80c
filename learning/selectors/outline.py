"""A course's outline as one student sees it: what is done, where they are, what comes next."""

from dataclasses import dataclass
from functools import cached_property

from learning.models import Enrollment, LessonCompletion
from learning.selectors.structure import CourseStructure, LessonEntry, ModuleEntry


@dataclass(frozen=True)
class OutlineLesson:
    """A lesson and whether it is done."""

    entry: LessonEntry
    done: bool
    is_current: bool


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

    @property
    def current_is_done(self) -> bool:
        return self.current_id in self.done_ids


def get_outline(
    enrollment: Enrollment | None, structure: CourseStructure, *, current_id: int | None = None
) -> Outline:
    """One query for a student's ticks, none for anybody else."""
    done = list_done_ids(enrollment) if enrollment is not None else frozenset()
    return Outline(
        structure=structure,
        modules=tuple(_mark(module, done, current_id) for module in structure.modules),
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


def _mark(module: ModuleEntry, done: frozenset[int], current_id: int | None) -> OutlineModule:
    lessons = (OutlineLesson(e, e.id in done, e.id == current_id) for e in module.lessons)
    return OutlineModule(module, tuple(lessons))
