"""Courses whose stored outline is older than their pages."""

from datetime import UTC, datetime

from learning.models import CoursePage, LessonPage, ModulePage

NEVER = datetime.min.replace(tzinfo=UTC)


def list_stale_course_ids() -> list[int]:
    """Courses in which pages were published, ended or deleted and nobody counted again.

    Three queries, whatever the number of courses.
    """
    step = CoursePage.steplen
    modules = dict(ModulePage.objects.live().values_list("path", "last_published_at"))
    latest: dict[str, datetime] = {}
    counted: dict[str, int] = {}
    for path, published in modules.items():
        latest[path[:-step]] = max(latest.get(path[:-step], NEVER), published or NEVER)
    for path, published in LessonPage.objects.live().values_list("path", "last_published_at"):
        if path[:-step] in modules:
            course = path[: -2 * step]
            counted[course] = counted.get(course, 0) + 1
            latest[course] = max(latest.get(course, NEVER), published or NEVER)
    rows = CoursePage.objects.values_list("pk", "path", "lesson_count", "structure_changed_at")
    return [
        pk
        for pk, path, stored, changed in rows
        if stored != counted.get(path, 0) or latest.get(path, NEVER) > (changed or NEVER)
    ]
