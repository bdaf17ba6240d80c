"""What an administrator's dashboard shows, in a bounded number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone
from wagtail.models import TaskState

from accounts.models import User
from core.models import Job
from home.selectors.course_figures import list_waiting_rows, with_figures
from learning.models import CoursePage, Enrollment

ROWS_SHOWN = 8


@dataclass(frozen=True)
class AdminDashboard:
    """Figures as of now. `people` and `courses` map a label of the page to a count.

    `newest_courses` carry `enrolled`, `average` (percent or None) and `waiting` (to be graded).
    """

    people: dict[str, int]
    courses: dict[str, int]
    enrolled_this_week: int
    waiting_to_be_graded: int
    failed_jobs: int
    queued_jobs: int
    moderation: Sequence[TaskState]
    moderation_count: int
    newest: Sequence[User]
    newest_courses: Sequence[CoursePage]


def get_admin_dashboard(user: User) -> AdminDashboard:
    """What waits for an administrator, and how the academy is doing."""
    now = timezone.now()
    moderation = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
    jobs = Job.objects.aggregate(
        failed=Count("pk", filter=Q(state="failed")),
        queued=Count("pk", filter=Q(state="queued", due__lt=now)),
    )
    return AdminDashboard(
        people=User.objects.filter(is_active=True).aggregate(
            students=Count("pk", filter=Q(role="student")),
            teachers=Count("pk", filter=Q(role="teacher")),
            admins=Count("pk", filter=Q(role="admin")),
        ),
        courses=CoursePage.objects.aggregate(
            open=Count("pk", filter=Q(live=True, archived_at__isnull=True)),
            drafts=Count("pk", filter=Q(live=False, archived_at__isnull=True)),
            archived=Count("pk", filter=Q(archived_at__isnull=False)),
        ),
        enrolled_this_week=Enrollment.objects.filter(
            enrolled_at__gte=now - timedelta(days=7)
        ).count(),
        waiting_to_be_graded=sum(rows.count() for rows in list_waiting_rows()),
        failed_jobs=jobs["failed"],
        queued_jobs=jobs["queued"],
        moderation=list(
            moderation.select_related(
                "revision", "revision__user", "revision__content_type"
            ).order_by("started_at")[:ROWS_SHOWN]
        ),
        moderation_count=moderation.count(),
        newest=list(User.objects.order_by("-date_joined")[:ROWS_SHOWN]),
        newest_courses=list(
            with_figures(CoursePage.objects.visible(), user).order_by("-first_published_at", "pk")[
                :ROWS_SHOWN
            ]
        ),
    )
