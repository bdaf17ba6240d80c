"""Courses whose stored outline is older than their pages."""

from django.db import connection

from learning.models import CoursePage

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
