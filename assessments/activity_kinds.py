"""Quizzes and assignments, as the rest of the academy asks about activities."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.panels import Panel

from assessments.modeladmin.panels import assignment_panels, quiz_panels
from assessments.models import Assignment, Attempt, GradeItem, Quiz, QuizSlot, Submission
from assessments.models.assignments import AssignmentCompletion, SubmissionState
from assessments.models.quizzes import QuizCompletion
from assessments.selectors.quizzes import get_quiz_max_points, question_count
from assessments.selectors.records import count_grades, describe
from assessments.selectors.states import list_assignment_states, list_quiz_states
from assessments.services.archiving import take_out
from assessments.services.authoring import (
    copy_slots,
    end_attempts_with_quiz,
    has_questions,
)
from core.errors import InvalidInput
from core.numbers import format_count
from learning.models import CoursePage
from learning.registries import (
    ActivityKind,
    ActivityState,
    HandedIn,
    TeamRow,
    activity_kinds,
)
from learning.schedule import Window
from learning.windows import windows_for


class QuizKind(ActivityKind):
    key = "quiz"
    model_label = "assessments.Quiz"
    label = gettext_lazy("Quiz")
    plural = gettext_lazy("Quizzes")
    icon = "question-mark-circle"
    cms_icon = "help"
    url_name = "quiz"
    announcement = gettext_lazy("New quiz in %(course)s: %(title)s")
    completion_choices = QuizCompletion.choices

    def get_panels(self) -> Sequence[Panel]:
        return quiz_panels()

    def get_time_limits(self, activities: Sequence[Any]) -> Mapping[int, timedelta]:
        known = {one.pk: one.time_limit for one in activities if isinstance(one, Quiz)}
        others = [one.pk for one in activities if one.pk not in known]
        if others:
            rows = Quiz.objects.filter(pk__in=others, time_limit__isnull=False)
            known.update(rows.values_list("pk", "time_limit"))
        return {pk: timedelta(minutes=limit) for pk, limit in known.items() if limit}

    def get_states(self, user: Any, ids: Collection[int]) -> Mapping[int, ActivityState]:
        states = list_quiz_states(user, Quiz.objects.filter(pk__in=ids))
        return {
            state.quiz.pk: ActivityState(
                title=state.quiz.title,
                url=self.get_url(state.quiz.pk),
                note=state.note,
                done=state.done,
                icon=self.icon,
                window=state.window,
                progress=state.progress,
                worked=state.handed_in,
                published=state.quiz.is_visible,
                course_id=state.quiz.course_id,
            )
            for state in states
        }

    def students_who_worked(self, ids: Collection[int]) -> QuerySet[Any]:
        return Attempt.objects.handed_in().filter(quiz__in=ids).values("student")

    def worked_on(self, student_id: int) -> QuerySet[Any]:
        return Attempt.objects.handed_in().filter(student=student_id).values("quiz")

    def get_team_rows(self, ids: Collection[int]) -> Mapping[int, TeamRow]:
        results = Attempt.objects.counting().filter(quiz=OuterRef("pk")).order_by().values("quiz")
        quizzes = Quiz.objects.filter(pk__in=ids).annotate(
            question_count=question_count("pk"),
            results_count=Coalesce(Subquery(results.annotate(n=Count("pk")).values("n")), 0),
        )
        return {
            quiz.pk: TeamRow(
                facts=[
                    ngettext("%(count)s question", "%(count)s questions", quiz.question_count)
                    % {"count": format_count(quiz.question_count)},
                    ngettext("%(count)s result", "%(count)s results", quiz.results_count)
                    % {"count": format_count(quiz.results_count)},
                ]
            )
            for quiz in quizzes
        }

    def list_results(self, course_ids: Collection[int], limit: int) -> Sequence[HandedIn]:
        attempts = Attempt.objects.counting().filter(quiz__course__in=course_ids)
        newest = attempts.select_related("quiz", "student").order_by("-submitted_at")[:limit]
        return [
            HandedIn(
                title=attempt.quiz.title,
                student=attempt.student,
                at=attempt.submitted_at,
                url=reverse("attempt_result", args=[attempt.pk]),
                icon=self.icon,
                points=attempt.points,
                max_points=attempt.max_points,
            )
            for attempt in newest
            if attempt.submitted_at is not None
        ]

    def get_max_points(self, activity: Quiz) -> Decimal:
        return get_quiz_max_points(activity.pk)

    def check_publishable(self, activity: Quiz) -> None:
        if not has_questions(activity):
            message = _("A quiz needs a question before it is published.")
            raise InvalidInput(message, field="published")

    def after_save(self, activity: Quiz) -> None:
        end_attempts_with_quiz(activity)

    def count_records(self, activity: Quiz) -> list[str]:
        attempts = Attempt.objects.filter(quiz=activity.pk).count()
        return describe(
            (attempts, ngettext("%(number)s attempt", "%(number)s attempts", attempts)),
            count_grades(activity),
        )

    def delete_parts(self, activity: Quiz) -> None:
        GradeItem.objects.filter(activity=activity.pk).delete()
        take_out(QuizSlot.objects.with_uses().filter(quiz=activity))

    def copy(self, activity: Quiz, course: CoursePage) -> Quiz:
        """With its questions, which become the course's own. Dates stay behind."""
        copied = Quiz.objects.create(
            course=course,
            title=activity.title,
            introduction=activity.introduction,
            completion=activity.completion,
            time_limit=activity.time_limit,
            max_attempts=activity.max_attempts,
            pass_mark=activity.pass_mark,
            shuffle_questions=activity.shuffle_questions,
            shuffle_options=activity.shuffle_options,
        )
        copy_slots(activity, copied)
        return copied


class AssignmentKind(ActivityKind):
    key = "assignment"
    model_label = "assessments.Assignment"
    label = gettext_lazy("Assignment")
    plural = gettext_lazy("Assignments")
    icon = "pencil-square"
    cms_icon = "clipboard-list"
    url_name = "assignment"
    announcement = gettext_lazy("New assignment in %(course)s: %(title)s")
    completion_choices = AssignmentCompletion.choices
    is_graded_by_people = True
    computes_points = False

    def get_panels(self) -> Sequence[Panel]:
        return assignment_panels()

    def get_states(self, user: Any, ids: Collection[int]) -> Mapping[int, ActivityState]:
        states = list_assignment_states(user, Assignment.objects.filter(pk__in=ids))
        return {
            state.assignment.pk: ActivityState(
                title=state.assignment.title,
                url=self.get_url(state.assignment.pk),
                note=state.note,
                done=state.done,
                icon=self.icon,
                window=state.window,
                progress="waiting" if state.submission else "",
                worked=state.submission is not None,
                published=state.assignment.is_visible,
                course_id=state.assignment.course_id,
            )
            for state in states
        }

    def students_who_worked(self, ids: Collection[int]) -> QuerySet[Any]:
        return Submission.objects.filter(assignment__in=ids).values("student")

    def worked_on(self, student_id: int) -> QuerySet[Any]:
        return Submission.objects.filter(student=student_id).values("assignment")

    def waits_for_grade(self, student_id: int) -> QuerySet[Any]:
        waiting = Submission.objects.filter(state=SubmissionState.SUBMITTED)
        return waiting.filter(student=student_id).values("assignment")

    def get_team_rows(self, ids: Collection[int]) -> Mapping[int, TeamRow]:
        is_waiting = Q(submissions__state=SubmissionState.SUBMITTED)
        assignments = Assignment.objects.filter(pk__in=ids).annotate(
            handed_in=Count("submissions"),
            waiting=Count("submissions", filter=is_waiting),
            next_submission=Min("submissions__pk", filter=is_waiting),
        )
        found = list(assignments)
        windows = windows_for(found)
        return {one.pk: self._team_row(one, windows[one.pk]) for one in found}

    def _team_row(self, row: Any, window: Window) -> TeamRow:
        facts = [_("%(count)s handed in") % {"count": row.handed_in}]
        if window.due:
            date = date_format(localtime(window.due), "DATETIME_FORMAT")
            facts.append(_("due %(date)s") % {"date": date})
        if not row.waiting:
            return TeamRow(facts)
        url = reverse("submission_grade", args=[row.next_submission])
        return TeamRow(facts, waiting=row.waiting, grade_url=url)

    def get_waiting(self) -> QuerySet[Any]:
        waiting = Submission.objects.filter(state=SubmissionState.SUBMITTED)
        return waiting.annotate(in_course=F("assignment__course"))

    def list_waiting(self, course_ids: Collection[int], limit: int) -> Sequence[HandedIn]:
        waiting = self.get_waiting().filter(in_course__in=course_ids)
        oldest = waiting.select_related("assignment", "student").order_by("submitted_at")[:limit]
        return [
            HandedIn(
                title=submission.assignment.title,
                student=submission.student,
                at=submission.submitted_at,
                url=reverse("submission_grade", args=[submission.pk]),
                icon=self.icon,
            )
            for submission in oldest
        ]

    def get_max_points(self, activity: Assignment) -> Decimal:
        return activity.max_points

    def count_records(self, activity: Assignment) -> list[str]:
        submissions = Submission.objects.filter(assignment=activity.pk).count()
        return describe(
            (
                submissions,
                ngettext("%(number)s submission", "%(number)s submissions", submissions),
            ),
            count_grades(activity),
        )

    def delete_parts(self, activity: Assignment) -> None:
        GradeItem.objects.filter(activity=activity.pk).delete()

    def copy(self, activity: Assignment, course: CoursePage) -> Assignment:
        """Dates stay behind."""
        return Assignment.objects.create(
            course=course,
            title=activity.title,
            instructions=activity.instructions,
            completion=activity.completion,
            max_points=activity.max_points,
            max_tries=activity.max_tries,
            accepts_text=activity.accepts_text,
            accepts_files=activity.accepts_files,
        )


def register_kinds() -> None:
    """Called once, when the app is ready."""
    for kind in (QuizKind(), AssignmentKind()):
        activity_kinds.register(kind.key, kind)
