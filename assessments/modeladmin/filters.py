"""Filters of the lists. Their parameters are the only ones that reach the database."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assessments.models.assignments import SubmissionState
from assessments.models.attempts import AttemptState
from assessments.question_types import question_types
from learning.modeladmin.base import ChoiceFilter, CourseFilter
from learning.models import CoursePage

Lookups = list[tuple[str, Any]]


class WorkCourseFilter(CourseFilter):
    """One of the courses whose rows the list shows to the reader."""

    def get_courses(self, user: Any, model_admin: Any) -> QuerySet[CoursePage]:
        return CoursePage.objects.where_can(user, model_admin.capability)


class QuizCourseFilter(WorkCourseFilter):
    course_path = "quiz__course"


class AssignmentCourseFilter(WorkCourseFilter):
    course_path = "assignment__course"


class WorkStateFilter(SimpleListFilter):
    """What is archived is out of the way until somebody asks for it."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [
            ("published", _("Published")),
            ("draft", _("Draft")),
            ("archived", _("Archived")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "archived":
            return queryset.filter(archived=True)
        current = queryset.filter(archived=False)
        if self.value() in ("published", "draft"):
            return current.filter(published=self.value() == "published")
        return current

    def choices(self, changelist: Any) -> Iterator[Any]:
        for number, choice in enumerate(super().choices(changelist)):
            yield choice if number else {**choice, "display": _("In use")}


class QuestionStateFilter(WorkStateFilter):
    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [("archived", _("Archived"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(archived=self.value() == "archived")


class KindFilter(ChoiceFilter):
    title = _("kind")
    parameter_name = "kind"
    field = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        return [(key, one.label) for key, one in question_types.items()]


class AttemptStateFilter(ChoiceFilter):
    title = _("state")
    parameter_name = "state"
    field = "state"
    options = AttemptState.choices


class SubmissionStateFilter(ChoiceFilter):
    title = _("state")
    parameter_name = "state"
    field = "state"
    options = SubmissionState.choices
