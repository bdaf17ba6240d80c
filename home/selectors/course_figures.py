"""How a course is doing, for the dashboards of those who look after it."""

from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, NullIf

from accounts.models import User
from learning.capabilities import Capability
from learning.models import CoursePage
from learning.registries import activity_kinds
from learning.selectors.counts import sum_of_counts


def with_figures(courses: QuerySet[CoursePage], user: User) -> QuerySet[CoursePage]:
    """Add how many read the course (`enrolled`), their `average` progress in percent or None, how
    much work waits to be graded (`waiting`), and whether `user` `sees_records`, without which the
    figures are not theirs, and `can_edit`.
    """
    recorded = CoursePage.objects.where_can(user, Capability.SEE_RECORDS)
    edited = CoursePage.objects.where_can(user, Capability.EDIT)
    return courses.annotate(
        sees_records=Exists(recorded.filter(pk=OuterRef("pk"))),
        can_edit=Exists(edited.filter(pk=OuterRef("pk"))),
        enrolled=sum_of_counts("students"),
        average=sum_of_counts("lessons_done")
        * 100.0
        / NullIf(F("enrolled") * F("required_count"), 0),
        waiting=sum((_count_in_course(rows) for rows in list_waiting_rows()), Value(0)),
    )


def list_waiting_rows() -> list[QuerySet[Any]]:
    """What waits for a grade by a person: a queryset for each kind of activity that has such."""
    return [kind.get_waiting() for kind in activity_kinds.values() if kind.is_graded_by_people]


def _count_in_course(rows: QuerySet[Any]) -> Coalesce:
    """How many of these rows belong to the course of the query around it."""
    own = rows.filter(in_course=OuterRef("pk")).order_by().values("in_course")
    return Coalesce(
        Subquery(own.annotate(n=Count("*")).values("n"), output_field=IntegerField()), 0
    )
