"""Figures of courses that are stored, so that a large course costs no more than a small one."""

from collections.abc import Collection

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from learning.models import EnrollmentCount


def sum_of_counts(field: str) -> Coalesce:
    """`students` or `lessons_done` of the course in the query around it."""
    own = EnrollmentCount.objects.filter(course=OuterRef("pk")).order_by().values("course")
    return Coalesce(Subquery(own.annotate(total=Sum(field)).values("total")), 0)


def count_enrollments(course_ids: Collection[int]) -> int:
    """How many students these courses have. Somebody in two of them counts twice."""
    counts = EnrollmentCount.objects.filter(course__in=course_ids)
    return int(counts.aggregate(total=Sum("students", default=0))["total"])
