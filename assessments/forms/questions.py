"""Questions as authors write them, inside a quiz or in the bank."""

from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.blocks import BlockWidget, StructValue

from accounts.models import User
from assessments.models import Question, QuizSlot
from assessments.question_types import QuestionType, question_types
from assessments.question_types.base import to_json
from assessments.services.archiving import take_out
from assessments.services.authoring import copy_questions, hold_quizzes_of
from core.errors import Conflict, InvalidInput
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


class DefinitionWidget(forms.Widget):
    """The form of a question's type, and those of the others for authors who choose another.

    The others wait in `<template>` elements until `cms-questions.js` shows them.
    """

    def __init__(self, question_type: QuestionType) -> None:
        super().__init__()
        self.question_type = question_type

    def render(
        self, name: str, value: Any, attrs: Any = None, renderer: Any = None, errors: Any = None
    ) -> SafeString:
        mine = self.question_type.author_form
        parts = []
        for form, types in _types_by_form().items():
            widget = _block_widget(form)
            shown = value if form == mine else widget.block_def.get_default()
            html = widget.render_with_errors(
                f"{name}-{form}", shown, errors=errors if form == mine else None
            )
            keys = " ".join(one.key for one in types)
            part = format_html('<fieldset data-question-form="{}">{}</fieldset>', keys, html)
            parts.append(part if form == mine else format_html("<template>{}</template>", part))
        return format_html(
            "<div data-question-forms>{}</div>",
            format_html_join("", "{}", ((part,) for part in parts)),
        )

    def render_with_errors(self, name: str, value: Any, attrs: Any, errors: Any) -> SafeString:
        return self.render(name, value, attrs, errors=errors)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Raises `InvalidInput` for counts and places that the editor never sends."""
        form = self.question_type.author_form
        try:
            return _block_widget(form).value_from_datadict(data, files, f"{name}-{form}")
        except (LookupError, TypeError, ValueError):
            raise InvalidInput from None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    @property
    def media(self) -> forms.Media:
        return sum((_block_widget(form).media for form in _types_by_form()), forms.Media())


class DefinitionField(forms.Field):
    """What an author writes of a question, as JSON in the shape of its type."""

    def __init__(self, question_type: QuestionType, **kwargs: Any) -> None:
        super().__init__(widget=DefinitionWidget(question_type), **kwargs)
        self.question_type = question_type

    def prepare_value(self, value: Any) -> Any:
        block = self.question_type.author_block
        if isinstance(value, StructValue):
            return value
        return block.to_python(value) if value else block.get_default()

    def clean(self, value: Any) -> Any:
        return to_json(self.question_type.clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(to_json(self.prepare_value(initial)) != to_json(data))


def _types_by_form() -> dict[str, list[QuestionType]]:
    found: dict[str, list[QuestionType]] = {}
    for question_type in question_types.values():
        found.setdefault(question_type.author_form, []).append(question_type)
    return found


@cache
def _block_widget(author_form: str) -> BlockWidget:
    """Its description for the browser is written once in each process."""
    return BlockWidget(_types_by_form()[author_form][0].author_block)


class QuestionForm(WagtailAdminModelForm):
    """A question with the form of its type; what is wrong there is said beside it."""

    class Meta:
        model = Question
        fields = ["text", "kind", "definition", "points", "explanation"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.key, one.label) for one in question_types.values()]
        self.fields["kind"] = forms.ChoiceField(
            label=self.fields["kind"].label,
            choices=offered,
            initial=offered[0][0],
            widget=forms.Select(attrs={"data-question-kind": ""}),
        )
        question_type = (
            question_types.get(str(self["kind"].value())) or question_types[offered[0][0]]
        )
        label = self.fields["definition"].label
        self.fields["definition"] = DefinitionField(question_type, label=label)

    def save(self, commit: bool = True) -> Question:
        """In the bank; inside a quiz it is the quiz's form that saves."""
        if not commit:
            return super().save(commit=False)
        with transaction.atomic():
            hold_quizzes_of(self.instance)
            question = self.store(self.instance.course_id, self.for_user)
            for quiz in question.quizzes.select_related("course").order_by("pk"):
                sync_after_save(activity=quiz, by=self.for_user)
        return question

    def store(self, course_id: int | None, by: User | None) -> Question:
        """Writes what the form holds, and nothing that others changed meanwhile.

        Raises `Conflict` where somebody deleted the question. The caller holds its quizzes.
        """
        question = super().save(commit=False)
        if question.pk is None:
            question.course_id, question.author = course_id, by
            question.save()
            return question
        try:
            question.save(update_fields=list(self._meta.fields))
        except DatabaseError:
            raise Conflict(_("Somebody deleted this question meanwhile.")) from None
        return question


class SlotForm(WagtailAdminModelForm):
    """A place in a quiz, with the form of its question where that belongs to this quiz alone.

    A question of the bank stands here as it is; its author may make a copy for this quiz.
    """

    make_copy = forms.BooleanField(label=_("Make my own copy"), required=False)

    class Meta:
        model = QuizSlot
        fields = ["points"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question_form: QuestionForm | None = None
        if self.instance.pk is not None and not self.instance.is_own:
            if self.instance.question is None:
                del self.fields["make_copy"]
            return
        del self.fields["points"], self.fields["make_copy"]
        self.question_form = QuestionForm(
            self.data if self.is_bound else None,
            self.files if self.is_bound else None,
            instance=self.instance.question or Question(),
            prefix=f"{self.prefix}-question",
        )

    @property
    def media(self) -> forms.Media:
        own = super().media
        return own if self.question_form is None else own + self.question_form.media

    def is_valid(self) -> bool:
        valid = super().is_valid()
        return valid and (self.question_form is None or self.question_form.is_valid())

    def has_changed(self) -> bool:
        """A new place always is one: a row that was added is filled in or removed."""
        changed = super().has_changed() or self.instance.pk is None
        return changed or (self.question_form is not None and self.question_form.has_changed())

    def save_question(self, course_id: int, by: User | None) -> None:
        """Stores what was written, and puts it into this place."""
        if self.question_form is not None:
            self.instance.question = self.question_form.store(course_id, by)
        elif self.cleaned_data.get("make_copy"):
            old = self.instance.question
            copies = copy_questions([old], course_id, by=by)
            self.instance.question, self.instance.version = copies[old.pk], None


class SlotFormSet(FilledFormSet):
    """The places of a quiz. Questions that learners were given are archived when removed."""

    def __init__(
        self, data: Any = None, files: Any = None, instance: Any = None, **kwargs: Any
    ) -> None:
        slots = QuizSlot.objects.in_use().with_uses()
        quiz_id = instance.pk if instance is not None else None
        kwargs["queryset"] = slots.filter(quiz=quiz_id) if quiz_id else slots.none()
        super().__init__(data, files, instance=instance, **kwargs)

    def count_kept(self) -> int:
        """How many places the quiz will have. Cleans every row first."""
        self.is_valid()
        return sum(not self._should_delete_form(form) for form in self.forms)

    def save_questions(self, course_id: int, by: User | None) -> None:
        """Before the quiz is saved with its places. The caller's transaction holds the quiz."""
        for form in self.forms:
            if form.has_changed() and not self._should_delete_form(form):
                form.save_question(course_id, by)

    def save(self, commit: bool = True) -> list[QuizSlot]:
        saved = super().save(commit=False)
        manager = getattr(self.instance, self.rel_name)
        manager.add(*take_out(self.deleted_objects))
        if commit:
            manager.commit()
        return saved


def _is_gone(form: forms.ModelForm) -> bool:
    """It was sent as a stored row, and is none of those that may be edited here."""
    return "id" in form.errors or bool(form.cleaned_data.get("id") and form.instance.pk is None)
