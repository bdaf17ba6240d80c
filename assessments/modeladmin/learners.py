"""What learners did: lists to look at. Grading has pages of its own."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from assessments.modeladmin.base import LookingAdmin
from assessments.modeladmin.filters import (
    AssignmentCourseFilter,
    AttemptStateFilter,
    QuizCourseFilter,
    SubmissionStateFilter,
)
from assessments.models import Attempt, Submission
from core.numbers import format_points

NAME_FIELDS = ("student__username", "student__first_name", "student__last_name")


class AttemptAdmin(LookingAdmin):
    model = Attempt
    menu_label = _("Attempts")
    menu_icon = "history"
    course_path = "quiz__course"
    list_display = (
        "student_name",
        "quiz_title",
        "course_title",
        "number",
        "state",
        "result",
        "started",
    )
    sortable_by = ("student_name", "started")
    list_filter = (AttemptStateFilter, QuizCourseFilter)
    list_select_related = ["student", "quiz__course"]
    search_fields = (*NAME_FIELDS, "quiz__title")
    ordering = ("-started_at", "-pk")

    def student_name(self, attempt: Attempt) -> Any:
        url = reverse("attempt_result", args=[attempt.pk])
        return format_html('<a href="{}">{}</a>', url, attempt.student.display_name)

    student_name.short_description = _("student")
    student_name.admin_order_field = "student__username"

    def quiz_title(self, attempt: Attempt) -> str:
        return attempt.quiz.title

    quiz_title.short_description = _("quiz")

    def course_title(self, attempt: Attempt) -> str:
        return attempt.quiz.course.title

    course_title.short_description = _("course")

    def result(self, attempt: Attempt) -> str:
        if attempt.points is None:
            return ""
        return f"{format_points(attempt.points)} / {format_points(attempt.max_points)}"

    result.short_description = _("points")

    def started(self, attempt: Attempt) -> datetime:
        return attempt.started_at

    started.short_description = _("started")
    started.admin_order_field = "started_at"


class SubmissionAdmin(LookingAdmin):
    model = Submission
    menu_label = _("Submissions")
    menu_icon = "upload"
    course_path = "assignment__course"
    list_display = (
        "student_name",
        "assignment_title",
        "course_title",
        "state",
        "tries",
        "handed_in",
    )
    sortable_by = ("student_name", "handed_in")
    list_filter = (SubmissionStateFilter, AssignmentCourseFilter)
    list_select_related = ["student", "assignment__course"]
    search_fields = (*NAME_FIELDS, "assignment__title")
    ordering = ("-submitted_at", "-pk")

    def student_name(self, submission: Submission) -> Any:
        url = reverse("submission_grade", args=[submission.pk])
        return format_html('<a href="{}">{}</a>', url, submission.student.display_name)

    student_name.short_description = _("student")
    student_name.admin_order_field = "student__username"

    def assignment_title(self, submission: Submission) -> str:
        return submission.assignment.title

    assignment_title.short_description = _("assignment")

    def course_title(self, submission: Submission) -> str:
        return submission.assignment.course.title

    course_title.short_description = _("course")

    def tries(self, submission: Submission) -> int:
        return submission.tries_count

    tries.short_description = _("tries")

    def handed_in(self, submission: Submission) -> datetime:
        return submission.submitted_at

    handed_in.short_description = _("handed in")
    handed_in.admin_order_field = "submitted_at"
