"""Keeping a course's cached outline and figures true to its page tree."""

import logging
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from wagtail.models import Page

from core.jobs import enqueue
from learning.models import CoursePage
from learning.selectors.structure import count_figures, list_stale_course_ids

logger = logging.getLogger(__name__)

RECOUNT_COURSE = "learning.recount_course"


@transaction.atomic
def refresh_structure(course_id: int) -> None:
    """After any change of what is live below the course: a new version and new figures.

    Where the set of required lessons changed, a job counts everybody's progress again, one for
    all changes that come before it runs. Nothing happens for a course that is gone. Safe to repeat.
    """
    if not touch_structure([course_id]):
        return
    course = CoursePage.objects.get(pk=course_id)
    figures = count_figures(course)
    CoursePage.objects.filter(pk=course_id).update(
        lesson_count=figures.lesson_count,
        required_count=len(figures.required_ids),
        required_digest=figures.required_digest,
        total_minutes=figures.total_minutes,
        structure_changed_at=timezone.now(),
        structure_is_stale=False,
    )
    if figures.required_digest != course.required_digest:
        enqueue(RECOUNT_COURSE, key=str(course_id), args={"course_id": course_id}, again=True)


def touch_structure(course_ids: Iterable[int]) -> int:
    """Nothing that was cached of these courses is used again. Returns how many exist."""
    return CoursePage.objects.filter(pk__in=course_ids).update(
        structure_version=F("structure_version") + 1
    )


def mark_structures_stale(course_ids: Iterable[int]) -> None:
    """For the transaction of a change: `refresh_structure` follows it, and may get lost."""
    fresh = CoursePage.objects.filter(pk__in=course_ids, structure_is_stale=False)
    fresh.update(structure_is_stale=True)


def refresh_marked_structures() -> int:
    """The frequent sweep: a process can end between a change and its refresh. Returns how many."""
    return _refresh_all(CoursePage.objects.filter(structure_is_stale=True).values_list("pk"))


def refresh_stale_structures() -> int:
    """The full check, for changes that nothing marked. Returns how many courses it mended."""
    return _refresh_all((pk,) for pk in list_stale_course_ids())


def _refresh_all(rows: Iterable[tuple[int]]) -> int:
    """One that fails keeps no other waiting."""
    done = 0
    for (course_id,) in rows:
        try:
            refresh_structure(course_id)
        except Exception:  # pages may fail in any way: the sweep comes again
            logger.exception("The structure of course %s cannot be refreshed", course_id)
        else:
            done += 1
    return done


def ensure_page_indexes() -> None:
    """Indexes for the whole address of a page and for its title: Wagtail's own table has none.

    For addresses PostgreSQL gets a hash index: they may be longer than a B-tree takes.
    """
    method = "USING hash" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE INDEX IF NOT EXISTS learning_page_url_path"
            f" ON {Page._meta.db_table} {method} (url_path)"
        )
        cursor.execute(
            f"CREATE INDEX IF NOT EXISTS learning_page_title ON {Page._meta.db_table} (title, id)"
        )
