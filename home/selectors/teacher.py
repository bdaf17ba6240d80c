"""What a teacher's dashboard shows, in a bounded number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
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

from assessments.models import Attempt, Submission
from learning.models import CoursePage, Enrollment

COURSES_SHOWN = 12
ROWS_SHOWN = 8


@dataclass(frozen=True)
class TeacherDashboard:
    """`courses` carry `enrolled`, `average` (percent or None) and `waiting` (to be graded)."""

    courses: Sequence[CoursePage]
    course_count: int
    student_count: int
    waiting_count: int
    queue: Sequence[Submission]
    attempts: Sequence[Attempt]


def get_teacher_dashboard(teacher: AbstractBaseUser) -> TeacherDashboard:
    """My courses, the queue of what waits to be graded, and the newest quiz results."""
    courses = CoursePage.objects.taught_by(teacher)
    ids = list(courses.values_list("pk", flat=True))
    waiting = Submission.objects.filter(assignment__course_id__in=ids, state="submitted")
    readers = Enrollment.objects.reading().filter(course_id__in=ids)
    attempts = Attempt.objects.filter(quiz__course_id__in=ids, state="submitted")
    return TeacherDashboard(
        courses=list(with_figures(courses).order_by("-latest_revision_created_at")[:COURSES_SHOWN]),
        course_count=len(ids),
        student_count=readers.values("student_id").distinct().count(),
        waiting_count=waiting.count(),
        queue=list(
            waiting.select_related("assignment__course", "student").order_by("submitted_at")[
                :ROWS_SHOWN
            ]
        ),
        attempts=list(
            attempts.select_related("quiz__course", "student").order_by("-submitted_at")[
                :ROWS_SHOWN
            ]
        ),
    )


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
