"""Quizzes, assignments and the bank of questions."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import ObjectList

from accounts.models import User
from assessments.forms.questions import QuestionForm
from assessments.forms.work import AssignmentForm, QuizForm, WorkForm
from assessments.modeladmin.base import AuthoredAdmin
from assessments.modeladmin.filters import (
    KindFilter,
    QuestionStateFilter,
    WorkCourseFilter,
    WorkStateFilter,
)
from assessments.modeladmin.panels import question_panels
from assessments.modeladmin.rights import BankButtons, BankRights
from assessments.models import Assignment, Attempt, Question, Quiz, QuizSlot, Submission
from assessments.selectors.quizzes import question_count
from assessments.selectors.records import count_question_records
from assessments.services.archiving import archive_question, delete_question, restore_question
from learning.models import Activity, CoursePage
from learning.registries import ActivityKind, activity_kinds
from learning.selectors.activities import count_records
from learning.services import activities


def count_of(model: Any, field: str) -> Coalesce:
    """A column that counts rows which point here, without a join that would multiply them."""
    rows = model.objects.filter(**{field: OuterRef("pk")}).order_by().values(field)
    return Coalesce(Subquery(rows.annotate(total=Count("pk")).values("total")), 0)


class WorkAdmin(AuthoredAdmin):
    """The list of the activities of one kind, whose name, icon and panels are the kind's."""

    base_form_class: type[WorkForm] = WorkForm
    sortable_by: Sequence[str] = ("title", "course_title")
    list_filter = (WorkStateFilter, WorkCourseFilter)
    list_select_related = ["course"]
    search_fields = ("title", "course__title")
    ordering = ("title", "pk")

    @property
    def kind(self) -> ActivityKind:
        return activity_kinds[self.model.activity_kind]

    def get_menu_label(self) -> Any:
        return self.kind.plural

    def get_menu_icon(self) -> str:
        return self.kind.cms_icon

    def get_edit_handler(self) -> ObjectList:
        return ObjectList(self.kind.get_panels(), base_form_class=self.base_form_class)

    def archive(self, row: Activity, by: User) -> None:
        activities.archive(activity=row, by=by)

    def restore(self, row: Activity, by: User) -> None:
        activities.restore(activity=row, by=by)

    def delete(self, row: Activity, by: User) -> None:
        activities.delete(activity=row, by=by)

    def count_records(self, row: Activity) -> list[str]:
        return count_records(row)

    def course_title(self, row: Any) -> str:
        return row.course.title

    course_title.short_description = _("course")
    course_title.admin_order_field = "course__title"

    def state(self, row: Any) -> Any:
        if row.archived:
            return _("Archived")
        return _("Published") if row.published else _("Draft")

    state.short_description = _("state")


class QuizAdmin(WorkAdmin):
    model = Quiz
    list_display = ("title", "course_title", "question_count", "state", "attempt_count")
    form_view_extra_js = ["js/cms-questions.js"]
    base_form_class = QuizForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quiz]:
        return (
            super()
            .get_queryset(request)
            .annotate(questions_in=question_count("pk"), taken=count_of(Attempt, "quiz"))
        )

    def question_count(self, quiz: Quiz) -> int:
        return quiz.questions_in

    question_count.short_description = _("questions")

    def attempt_count(self, quiz: Quiz) -> int:
        return quiz.taken

    attempt_count.short_description = _("attempts")


class AssignmentAdmin(WorkAdmin):
    model = Assignment
    list_display = ("title", "course_title", "due_at", "state", "submission_count")
    sortable_by = ("title", "course_title", "due_at")
    base_form_class = AssignmentForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        handed_in = count_of(Submission, "assignment")
        return super().get_queryset(request).annotate(handed_in=handed_in)

    def submission_count(self, assignment: Assignment) -> int:
        return assignment.handed_in

    submission_count.short_description = _("submissions")


class QuestionAdmin(AuthoredAdmin):
    """The bank: every question of one's courses, and those that all share."""

    model = Question
    menu_label = _("Questions")
    menu_icon = "list-ul"
    permission_helper_class = BankRights
    button_helper_class = BankButtons
    list_display = ("short_text", "type_label", "course_title", "quiz_titles", "points")
    list_filter = (QuestionStateFilter, KindFilter, WorkCourseFilter)
    list_select_related = ["course"]
    search_fields = ("text",)
    ordering = ("course_id", "pk")
    form_view_extra_js = ["js/cms-questions.js"]
    edit_handler = ObjectList(question_panels(), base_form_class=QuestionForm)

    def archive(self, row: Question, by: User) -> None:
        archive_question(question=row, by=by)

    def restore(self, row: Question, by: User) -> None:
        restore_question(question=row, by=by)

    def delete(self, row: Question, by: User) -> None:
        delete_question(question=row, by=by)

    def count_records(self, row: Question) -> list[str]:
        return count_question_records(row)

    def scope(self, courses: QuerySet[Any]) -> Q:
        return super().scope(courses) | Q(course__isnull=True)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        """With the quizzes that use each question, out of the reader's courses only."""
        courses = CoursePage.objects.where_can(request.user, self.capability)
        slots = QuizSlot.objects.filter(quiz__course__in=courses.values("pk"))
        mine = Prefetch("slots", slots.select_related("quiz").order_by("quiz__title"))
        return super().get_queryset(request).prefetch_related(mine)

    def short_text(self, question: Question) -> str:
        return str(question)

    short_text.short_description = _("question")

    def type_label(self, question: Question) -> Any:
        return question.type.label

    type_label.short_description = _("kind")

    def course_title(self, question: Question) -> Any:
        return question.course.title if question.course else _("Shared by all")

    course_title.short_description = _("course")

    def quiz_titles(self, question: Question) -> str:
        return ", ".join(slot.quiz.title for slot in question.slots.all())

    quiz_titles.short_description = _("quizzes")
