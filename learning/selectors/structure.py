"""The outline of a course as everybody may know it: live modules and lessons, in their order.

Kept in the cache under the course's `structure_version`, which changes with every change of what
is live below the course. A structure is never stale, and needs no query once it is cached. What
has missed a change is found by `list_stale_course_ids`.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import SimpleNamespace

from django.db import connection
from wagtail.models import Page

from core.page_cache import get_or_build
from learning.models import CoursePage, LessonPage, ModulePage
from learning.querysets import below
from learning.selectors.placements import Placed, get_placed


@dataclass(frozen=True)
class LessonEntry:
    """A lesson as the outline shows it. In a preview a draft is there too, without an address.

    `activity_kind`: the key of the kind of the first activity in it that students see, or nothing.
    """

    id: int
    title: str
    url: str
    minutes: int | None
    required: bool
    is_preview: bool
    completion: str
    activities: tuple[Placed, ...]
    activity_kind: str = ""


@dataclass(frozen=True)
class ModuleEntry:
    """A module with its live lessons."""

    id: int
    title: str
    url: str
    summary: str
    lessons: tuple[LessonEntry, ...]

    @cached_property
    def lesson_ids(self) -> frozenset[int]:
        return frozenset(lesson.id for lesson in self.lessons)

    @cached_property
    def minutes(self) -> int:
        return sum(lesson.minutes or 0 for lesson in self.lessons)


@dataclass(frozen=True)
class CourseStructure:
    """All that is live in a course, at one version."""

    course_id: int
    title: str
    url: str
    catalogue_title: str
    catalogue_url: str
    version: int
    modules: tuple[ModuleEntry, ...]

    @cached_property
    def lessons(self) -> tuple[LessonEntry, ...]:
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    @cached_property
    def required_ids(self) -> frozenset[int]:
        """The lessons that make 100 %."""
        return frozenset(lesson.id for lesson in self.lessons if lesson.required)

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes or 0 for lesson in self.lessons)

    @cached_property
    def positions(self) -> dict[int, int]:
        """Where each lesson stands among all of the course, from 0."""
        return {lesson.id: place for place, lesson in enumerate(self.lessons)}

    def find_lesson(self, lesson_id: int) -> LessonEntry | None:
        place = self.positions.get(lesson_id)
        return None if place is None else self.lessons[place]

    def find_module(self, module_id: int) -> ModuleEntry | None:
        return next((module for module in self.modules if module.id == module_id), None)

    def module_of(self, lesson_id: int) -> ModuleEntry | None:
        return next((module for module in self.modules if lesson_id in module.lesson_ids), None)


def get_structure(course: CoursePage) -> CourseStructure:
    """The structure at the version that `course` was read with. No query once it is cached."""
    return get_structures([course])[course.pk]


def get_structures(courses: Iterable[CoursePage]) -> dict[int, CourseStructure]:
    """Structures by course. What isn't cached is read in a bounded number of queries."""
    by_key = {f"structure:{one.pk}:{one.structure_version}": one for one in courses}

    def build(keys: list[str]) -> dict[str, CourseStructure]:
        built = build_structures(by_key[key] for key in keys)
        return {key: built[by_key[key].pk] for key in keys}

    found = get_or_build(by_key, build)
    return {course.pk: found[key] for key, course in by_key.items()}


def build_preview(course: CoursePage) -> CourseStructure:
    """With drafts, for those who write the course. What is not live has no address."""
    structure = build_structures([course], drafts=True)[course.pk]
    return structure if course.live else replace(structure, url="")


def build_structures(
    courses: Iterable[CoursePage], *, drafts: bool = False
) -> dict[int, CourseStructure]:
    """Read from the tree, past the cache."""
    by_path = {course.path: course for course in courses}
    step = CoursePage.steplen
    catalogues = Page.objects.in_bulk({path[:-step] for path in by_path}, field_name="path")
    states = (True, False) if drafts else (True,)
    modules = _list_modules(by_path, states)
    lessons = _list_lessons(modules, states)
    placed = get_placed(lesson.pk for found in lessons.values() for lesson in found)
    site_paths = SimpleNamespace(_wagtail_site=None)
    return {
        course.pk: _build(
            course,
            _find_url(course, site_paths),
            catalogues[path[:-step]].title,
            [(module, lessons.get(module.path, [])) for module in modules.get(path, [])],
            placed,
        )
        for path, course in by_path.items()
    }


@dataclass(frozen=True)
class Figures:
    """What a course's card says about its size, and what makes 100 % of it."""

    lesson_count: int
    total_minutes: int
    required_ids: tuple[int, ...]

    @property
    def required_digest(self) -> str:
        """Changes with the set of required lessons, whatever their order."""
        ids = ",".join(str(pk) for pk in sorted(self.required_ids))
        return hashlib.sha256(ids.encode()).hexdigest() if ids else ""


def count_figures(course: CoursePage) -> Figures:
    """From the tree, past the cache and without any lesson's text, in two queries."""
    modules = ModulePage.objects.live().filter(path__startswith=course.path)
    live = set(modules.values_list("path", flat=True))
    lessons = LessonPage.objects.live().filter(path__startswith=course.path)
    rows = [
        (pk, minutes, required)
        for pk, path, minutes, required in lessons.values_list("pk", "path", "minutes", "required")
        if path[: -course.steplen] in live
    ]
    return Figures(
        lesson_count=len(rows),
        total_minutes=sum(minutes or 0 for _pk, minutes, _required in rows),
        required_ids=tuple(pk for pk, _minutes, required in rows if required),
    )


def _find_url(course: CoursePage, site_paths: SimpleNamespace) -> str:
    """The local address. `site_paths` remembers the sites' roots from one course to the next."""
    parts = course.get_url_parts(site_paths)
    return (parts[2] or "") if parts else ""


def _list_modules(
    course_paths: Iterable[str], states: Sequence[bool]
) -> dict[str, list[ModulePage]]:
    """The modules below each of these courses, in their order. `states`: live, or drafts too."""
    found: dict[str, list[ModulePage]] = {}
    for module in ModulePage.objects.filter(below(course_paths), live__in=states).order_by("path"):
        found.setdefault(module.path[: -module.steplen], []).append(module)
    return found


def _list_lessons(
    modules: Mapping[str, Sequence[ModulePage]], states: Sequence[bool]
) -> dict[str, list[LessonPage]]:
    """The lessons below each course of `modules`, by the path of their module."""
    found: dict[str, list[LessonPage]] = {}
    for lesson in LessonPage.objects.filter(below(modules), live__in=states).order_by("path"):
        found.setdefault(lesson.path[: -lesson.steplen], []).append(lesson)
    return found


def _build(
    course: CoursePage,
    url: str,
    catalogue_title: str,
    modules: Iterable[tuple[ModulePage, Sequence[LessonPage]]],
    placed: Mapping[int, tuple[Placed, ...]],
) -> CourseStructure:
    return CourseStructure(
        course_id=course.pk,
        title=course.title,
        url=url,
        catalogue_title=catalogue_title,
        catalogue_url=url[: -len(course.slug) - 1],
        version=course.structure_version,
        modules=tuple(
            _build_module(module, lessons, course.pk, url, placed) for module, lessons in modules
        ),
    )


def _build_module(
    module: ModulePage,
    lessons: Iterable[LessonPage],
    course_id: int,
    course_url: str,
    placed: Mapping[int, tuple[Placed, ...]],
) -> ModuleEntry:
    url = f"{course_url}{module.slug}/"
    entries = tuple(
        _build_lesson(lesson, course_id, url, placed.get(lesson.pk, ())) for lesson in lessons
    )
    return ModuleEntry(module.pk, module.title, url if module.live else "", module.summary, entries)


def _build_lesson(
    lesson: LessonPage, course_id: int, module_url: str, placed: tuple[Placed, ...]
) -> LessonEntry:
    return LessonEntry(
        id=lesson.pk,
        title=lesson.title,
        url=f"{module_url}{lesson.slug}/" if lesson.live else "",
        minutes=lesson.minutes,
        required=lesson.required,
        is_preview=lesson.free_preview,
        completion=lesson.completion,
        activities=placed,
        activity_kind=next((one.kind for one in placed if one.shown_in == course_id), ""),
    )


STALE_COURSES = """
WITH modules AS (
    SELECT page.path, page.last_published_at,
           substr(page.path, 1, length(page.path) - %(step)s) AS course_path
    FROM learning_modulepage AS module
    JOIN wagtailcore_page AS page ON page.id = module.page_ptr_id
    WHERE page.live
),
pages AS (
    SELECT course_path, last_published_at, 0 AS lessons FROM modules
    UNION ALL
    SELECT modules.course_path, page.last_published_at, 1
    FROM learning_lessonpage AS lesson
    JOIN wagtailcore_page AS page ON page.id = lesson.page_ptr_id
    JOIN modules ON modules.path = substr(page.path, 1, length(page.path) - %(step)s)
    WHERE page.live
),
courses AS (
    SELECT course_path, sum(lessons) AS lessons, max(last_published_at) AS published_at
    FROM pages GROUP BY course_path
)
SELECT course.page_ptr_id
FROM learning_coursepage AS course
JOIN wagtailcore_page AS page ON page.id = course.page_ptr_id
LEFT JOIN courses ON courses.course_path = page.path
WHERE course.lesson_count <> coalesce(courses.lessons, 0)
   OR courses.published_at > course.structure_changed_at
   OR (courses.published_at IS NOT NULL AND course.structure_changed_at IS NULL)
"""


def list_stale_course_ids() -> list[int]:
    """Courses in which pages were published, ended or deleted and nobody counted again.

    One query that returns only them: it runs every hour over every page. In SQL, because Django's
    queries can't join what they have grouped.
    """
    with connection.cursor() as cursor:
        cursor.execute(STALE_COURSES, {"step": CoursePage.steplen})
        return [pk for (pk,) in cursor.fetchall()]
