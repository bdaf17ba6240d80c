from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from wagtail.admin.panels import FieldPanel, Panel

from assessments.modeladmin.panels import course_panel
from assessments.models import Grade
from learning.models import CoursePage
from learning.registries import ActivityKind, ActivityState, HandedIn, TeamRow
from learning.windows import windows_for
from tests.examples.poll.models import Poll
from tests.examples.poll.services import vote


class PollKind(ActivityKind):
    key = "poll"
    model_label = "poll.Poll"
    label = "Poll"
    plural = "Polls"
    icon = "chart-bar"
    cms_icon = "pick"
    announcement = "New poll in %(course)s: %(title)s"

    def get_panels(self) -> Sequence[Panel]:
        names = ("question", "completion", "closes_at", "published")
        return [FieldPanel("title"), course_panel(), *(FieldPanel(name) for name in names)]

    def show(self, request: HttpRequest, activity: Poll) -> HttpResponse:
        if request.method == "POST" and request.user.is_student:
            vote(poll=activity, student=request.user, says_yes="yes" in request.POST)
            return redirect(self.get_url(activity.pk))
        state = self.get_states(request.user, [activity.pk])[activity.pk]
        return render(request, "poll/poll.html", {"poll": activity, "state": state})

    def get_states(self, user: Any, ids: Collection[int]) -> Mapping[int, ActivityState]:
        polls = list(Poll.objects.filter(pk__in=ids))
        windows = windows_for(polls, user)
        voted = set(self.worked_on(user.pk).values_list("item__activity", flat=True))
        return {
            poll.pk: ActivityState(
                title=poll.title,
                url=self.get_url(poll.pk),
                note="Voted" if poll.pk in voted else "Not voted yet",
                done=poll.pk in voted,
                worked=poll.pk in voted,
                icon=self.icon,
                window=windows[poll.pk],
                published=poll.is_visible,
                course_id=poll.course_id,
            )
            for poll in polls
        }

    def students_who_worked(self, ids: Collection[int]) -> QuerySet[Any]:
        return Grade.objects.filter(item__activity__in=ids).values("student")

    def worked_on(self, student_id: int) -> QuerySet[Any]:
        polls = Grade.objects.filter(item__activity__kind=self.key, student=student_id)
        return polls.values("item__activity")

    def get_team_rows(self, ids: Collection[int]) -> Mapping[int, TeamRow]:
        polls = Poll.objects.filter(pk__in=ids)
        return {
            poll.pk: TeamRow([f"{poll.yes_count} yes", f"{poll.no_count} no"]) for poll in polls
        }

    def list_results(self, course_ids: Collection[int], limit: int) -> Sequence[HandedIn]:
        grades = Grade.objects.filter(item__activity__kind=self.key, item__course__in=course_ids)
        newest = grades.select_related("item", "student").order_by("-graded_at")[:limit]
        return [
            HandedIn(
                title=grade.item.title,
                student=grade.student,
                at=grade.graded_at,
                url=self.get_url(grade.item.activity_id),
                icon=self.icon,
                points=grade.points,
                max_points=grade.max_points,
            )
            for grade in newest
        ]

    def get_max_points(self, activity: Poll) -> Decimal:
        return Decimal(1)

    def count_records(self, activity: Poll) -> list[str]:
        votes = activity.yes_count + activity.no_count
        return [f"{votes} votes"] if votes else []

    def delete_parts(self, activity: Poll) -> None:
        activity.grade_item.delete()

    def copy(self, activity: Poll, course: CoursePage) -> Poll:
        fields = {"title": activity.title, "question": activity.question}
        return Poll.objects.create(course=course, **fields)
