"""The stored counts of each course's students, for dashboards and lists.

They change in the transaction of every change that they depend on, and equal what counting the
enrollments would find. Locks are always taken in this order: student, enrollment, counts.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, QuerySet, Sum

from accounts.models import User
from learning.models import Enrollment, EnrollmentCount


def add_to_counts(rows: QuerySet[Enrollment], sign: int = 1) -> None:
    """Counts these enrollments in, or out again with `sign` -1, in one statement.

    They are locked or new, so that nobody else counts them at the same moment.
    """
    parts = (
        rows.order_by()
        .annotate(part=F("pk") % EnrollmentCount.PARTS)
        .values("course_id", "part")
        .annotate(students=sign * Count("pk"), lessons=sign * Sum("lessons_done"))
        .order_by("course_id", "part")
    )
    select, parameters = parts.query.get_compiler(connection=connection).as_sql()
    table = connection.ops.quote_name(EnrollmentCount._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (course_id, part, students, lessons_done) {select}"
            " ON CONFLICT (course_id, part) DO UPDATE"
            f" SET students = {table}.students + excluded.students,"
            f" lessons_done = {table}.lessons_done + excluded.lessons_done",
            parameters,
        )


@contextmanager
def counted_again(rows: QuerySet[Enrollment]) -> Iterator[None]:
    """For a block that changes these locked enrollments: out as they were, in as they are."""
    add_to_counts(rows, -1)
    yield
    add_to_counts(rows)


def count_in_courses(*, user: User) -> None:
    """After a person became an active student, or ceased to be one: in all their courses."""
    own = Enrollment.objects.filter(student=user).order_by("pk")
    list(own.select_for_update(no_key=True).values_list("pk", flat=True))
    add_to_counts(own.admitted(), 1 if user.is_student else -1)


@transaction.atomic
def rebuild_counts(course_ids: Collection[int]) -> None:
    """Counts these courses afresh, also while students enroll and learn in them."""
    EnrollmentCount.objects.bulk_create(
        (
            EnrollmentCount(course_id=course_id, part=part)
            for course_id in course_ids
            for part in range(EnrollmentCount.PARTS)
        ),
        ignore_conflicts=True,
    )
    counts: QuerySet[Any] = EnrollmentCount.objects.filter(course__in=course_ids)
    list(counts.select_for_update().order_by("course", "part"))
    counts.update(students=0, lessons_done=0)
    add_to_counts(Enrollment.objects.reading().filter(course__in=course_ids))
