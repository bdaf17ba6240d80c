"""What a teacher's dashboard shows, in a bounded number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser

from assessments.models import Attempt, Submission
from home.selectors.course_figures import with_figures
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
