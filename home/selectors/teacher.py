"""What a teacher's dashboard shows, in a bounded number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from home.selectors.course_figures import list_waiting_rows, with_figures
from learning.capabilities import Capability
from learning.models import CoursePage, CourseTeam
from learning.registries import HandedIn, activity_kinds
from learning.selectors.counts import count_enrollments

COURSES_SHOWN = 12
ROWS_SHOWN = 8


@dataclass(frozen=True)
class TeacherDashboard:
    """`courses` carry what `with_figures` adds. The other figures are of those in which the teacher
    may see learners' records; `sees_records`: there is one.
    """

    courses: Sequence[CoursePage]
    course_count: int
    sees_records: bool
    enrollment_count: int
    waiting_count: int
    queue: Sequence[HandedIn]
    results: Sequence[HandedIn]


def get_teacher_dashboard(teacher: User) -> TeacherDashboard:
    """My courses, the queue of what waits to be graded, and the newest results."""
    courses = CoursePage.objects.with_member(teacher)
    recorded = CourseTeam.objects.with_capability(Capability.SEE_RECORDS).filter(user=teacher)
    ids = list(recorded.values_list("course", flat=True))
    newest = with_figures(courses, teacher).order_by("-latest_revision_created_at")
    shown = list(newest[: COURSES_SHOWN + 1])
    kinds = list(activity_kinds.values())
    queue = [one for kind in kinds for one in kind.list_waiting(ids, ROWS_SHOWN)]
    results = [one for kind in kinds for one in kind.list_results(ids, ROWS_SHOWN)]
    return TeacherDashboard(
        courses=shown[:COURSES_SHOWN],
        course_count=len(shown) if len(shown) <= COURSES_SHOWN else courses.count(),
        sees_records=bool(ids),
        enrollment_count=count_enrollments(ids),
        waiting_count=sum(rows.filter(in_course__in=ids).count() for rows in list_waiting_rows()),
        queue=sorted(queue, key=lambda one: one.at)[:ROWS_SHOWN],
        results=sorted(results, key=lambda one: one.at, reverse=True)[:ROWS_SHOWN],
    )
