"""How a course is doing, for the dashboards of those who look after it."""

from django.db.models import (
    Avg,
    Count,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, NullIf

from assessments.models import Submission
from learning.models import CoursePage, Enrollment


def with_figures(courses: QuerySet[CoursePage]) -> QuerySet[CoursePage]:
    """Add how many read the course, their average progress, and how much work waits."""
    readers = Enrollment.objects.reading().filter(course=OuterRef("pk")).order_by()
    enrolled = readers.values("course").annotate(n=Count("pk")).values("n")
    share = F("lessons_done") * 100.0 / NullIf(F("course__required_count"), 0)
    average = readers.values("course").annotate(mean=Avg(share)).values("mean")
    waiting = (
        Submission.objects.filter(Q(assignment__course=OuterRef("pk")), state="submitted")
        .order_by()
        .values("assignment__course")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return courses.annotate(
        enrolled=Coalesce(Subquery(enrolled, output_field=IntegerField()), 0),
        average=Subquery(average, output_field=FloatField()),
        waiting=Coalesce(Subquery(waiting, output_field=IntegerField()), 0),
    )
