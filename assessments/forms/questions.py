"""Questions and their options as authors write them, inside a quiz or in the bank."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms.models import WagtailAdminModelForm

from assessments.models import Question
from assessments.models.questions import QuestionKind
from assessments.services.archiving import take_out
from assessments.services.authoring import hold_quiz
from assessments.services.question_rules import find_problem
from core.errors import InvalidInput
from learning.services.activities import sync_after_save


class FilledFormSet(BaseChildFormSet):
    """Rows that somebody added are filled in or removed, never silently dropped.

    A row that somebody else removed while the form was open is neither lost nor written again as a
    new one: the author is told.
    """

    def clean(self) -> None:
        super().clean()
        if any(_is_gone(form) for form in self.forms if not self._should_delete_form(form)):
            raise ValidationError(
                _("Somebody removed a part of this meanwhile. Load the page again.")
            )

    def _construct_form(self, i: int, **kwargs: Any) -> forms.ModelForm:
        """A key that is missing or none at all is no slip of a person at the editor."""
        try:
            return super()._construct_form(i, **kwargs)
        except (MultiValueDictKeyError, ValidationError, ValueError):
            raise InvalidInput from None

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kwargs = super().get_form_kwargs(index)
        return kwargs if index is None else {**kwargs, "empty_permitted": False}


class QuestionForm(WagtailAdminModelForm):
    """A question with its options; what is wrong with the options is said beside them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].widget.attrs.update(
            {"data-question-kind": QuestionKind.TRUE_FALSE, "data-options": _("True|False")}
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        options = self.formsets.get("choices")
        if options is not None and options.is_valid():
            problem = find_problem(cleaned.get("kind", ""), _options_in(options))
            if problem:
                options.non_form_errors().append(str(problem))
        return cleaned

    def save(self, commit: bool = True) -> Question:
        """In the bank; inside a quiz it is the quiz's form that saves."""
        if not commit:
            return super().save(commit=False)
        with transaction.atomic():
            if self.instance.quiz_id:
                hold_quiz(self.instance.quiz_id)
            question = super().save()
            if question.quiz is not None:
                sync_after_save(activity=question.quiz, by=self.for_user)
        return question


class QuestionFormSet(FilledFormSet):
    """The questions of a quiz. Those that learners were given are archived when removed."""

    def __init__(
        self, data: Any = None, files: Any = None, instance: Any = None, **kwargs: Any
    ) -> None:
        if instance is not None and kwargs.get("queryset") is None:
            current = instance.questions.filter(archived=False)
            kwargs["queryset"] = current.prefetch_related("choices") if instance.pk else current
        super().__init__(data, files, instance=instance, **kwargs)

    def count_kept(self) -> int:
        """How many questions the quiz will have. Cleans every row first."""
        self.is_valid()
        return sum(not self._should_delete_form(form) for form in self.forms)

    def save(self, commit: bool = True) -> list[Question]:
        saved = super().save(commit=False)
        manager = getattr(self.instance, self.rel_name)
        manager.add(*take_out(self.deleted_objects))
        if commit:
            manager.commit()
        return saved


def _options_in(formset: forms.BaseFormSet) -> list[tuple[str, bool]]:
    return [
        (row["text"], row["is_correct"])
        for row in formset.cleaned_data
        if row and not row.get("DELETE")
    ]


def _is_gone(form: forms.ModelForm) -> bool:
    """It was sent as a stored row, and is none of those that may be edited here."""
    return "id" in form.errors or bool(form.cleaned_data.get("id") and form.instance.pk is None)
