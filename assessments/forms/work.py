"""Quizzes and assignments as authors write them in the CMS."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.rich_text import DraftailRichTextArea

from assessments.models import Question
from assessments.services.authoring import hold_questions, hold_quiz
from core.errors import InvalidInput
from core.html import sanitize_html
from learning.capabilities import Capability
from learning.choosers import offer_courses
from learning.models import Activity, CoursePage
from learning.registries import activity_kinds
from learning.services.activities import sync_after_save


class FormattedTextArea(DraftailRichTextArea):
    """Refuses what the editor never sends, instead of failing over it."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        try:
            return super().value_from_datadict(data, files, name)
        except (AttributeError, LookupError, TypeError, ValueError):
            raise InvalidInput from None


class WorkForm(WagtailAdminModelForm):
    """What both have: a course out of one's own, dates in their order, formatted text."""

    formatted_fields: Iterable[str] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limit_courses()
        kind = activity_kinds[self.instance.activity_kind]
        self.fields["completion"] = forms.ChoiceField(
            label=self.fields["completion"].label, choices=kind.completion_choices
        )

    def _limit_courses(self) -> None:
        field = self.fields["course"]
        own = CoursePage.objects.where_can(self.for_user, Capability.EDIT)
        fixed = self.instance.course_id if self.instance.pk else None
        offered = offer_courses(field, own, fixed=fixed)
        if field.disabled:
            field.help_text = _("Grades belong to the course, so that it stays as it is.")
        elif len(offered) == 1:
            self.initial["course"] = self.initial.get("course") or offered[0].pk

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in self.formatted_fields:
            if cleaned.get(name):
                cleaned[name] = sanitize_html(cleaned[name])
        return cleaned

    def save(self, commit: bool = True) -> Activity:
        """With what follows from it, in one transaction."""
        if not commit:
            return super().save(commit=False)
        with transaction.atomic():
            self.save_parts()
            activity = super().save()
            sync_after_save(activity=activity, by=self.for_user)
        return activity

    def save_parts(self) -> None:
        """Overridden where something is held or stored before the activity itself."""

    def check_order(self, earlier: str, later: str, message: Any) -> None:
        """Says at the later date that it comes before the earlier one."""
        first, second = self.cleaned_data.get(earlier), self.cleaned_data.get(later)
        if first and second and second <= first:
            self.add_error(later, message)


class QuizForm(WorkForm):
    formatted_fields = ("introduction",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.check_order("opens_at", "closes_at", _("A quiz closes after it opens."))
        slots = self.formsets.get("slots")
        if cleaned.get("published") and slots is not None and not slots.count_kept():
            self.add_error("published", _("A quiz needs a question before it is published."))
        return cleaned

    def save_parts(self) -> None:
        if self.instance.pk:
            hold_quiz(self.instance.pk)
            hold_questions(Question.objects.filter(slots__quiz=self.instance.pk))
        self.formsets["slots"].save_questions(self.cleaned_data["course"].pk, self.for_user)


class AssignmentForm(WorkForm):
    formatted_fields = ("instructions",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.check_order("opens_at", "due_at", _("An assignment is due after it opens."))
        self.check_order("opens_at", "closes_at", _("An assignment closes after it opens."))
        due, closes = cleaned.get("due_at"), cleaned.get("closes_at")
        if due and closes and closes < due:
            self.add_error("closes_at", _("An assignment closes when it is due, or later."))
        if not cleaned.get("accepts_text") and not cleaned.get("accepts_files"):
            self.add_error("accepts_files", _("An assignment takes text, a file, or both."))
        return cleaned
