"""What the forms of quizzes, assignments and questions show."""

from functools import cache
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    Panel,
)

from assessments.forms.questions import SlotForm, SlotFormSet
from assessments.forms.work import FormattedTextArea
from assessments.models import Question
from assessments.permissions import can_edit_question

FORMATTING = ["h3", "bold", "italic", "ol", "ul"]


def question_panels() -> list[Any]:
    """What is written of a question, in a quiz and in the bank."""
    return [
        FieldPanel("text"),
        FieldPanel("kind"),
        FieldPanel("definition"),
        FieldPanel("points"),
        FieldPanel("explanation"),
    ]


@cache
def _question_handler() -> Panel:
    return MultiFieldPanel(question_panels()).bind_to_model(Question)


class SlotPanel(Panel):
    """One place of a quiz: the form of its own question, or a question of the bank to read."""

    def get_form_options(self) -> dict[str, Any]:
        return {"fields": ["points", "make_copy"]}

    class BoundPanel(Panel.BoundPanel):
        template_name = "modeladmin/slot_panel.html"

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.question_panel = None
            question_form = self.form.question_form if self.form is not None else None
            if question_form is not None:
                self.question_panel = _question_handler().get_bound_panel(
                    instance=question_form.instance,
                    request=self.request,
                    form=question_form,
                    prefix=f"{self.prefix}-question",
                )

        @property
        def edit_url(self) -> str:
            """Where the question of the bank is changed; empty for those who may not."""
            question = self.instance.question
            edits = getattr(self.instance, "quiz_course_id", None)
            if question and can_edit_question(self.request.user, question, edits=edits):
                return reverse("assessments_question_modeladmin_edit", args=[question.pk])
            return ""


class QuestionsPanel(InlinePanel):
    """The places of a quiz, in their order."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("relation_name", "slots")
        super().__init__(panels=[SlotPanel()], **kwargs)

    def clone_kwargs(self) -> dict[str, Any]:
        kwargs = super().clone_kwargs()
        del kwargs["panels"]
        return kwargs

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name].update(formset=SlotFormSet, form=SlotForm)
        return options


def course_panel() -> FieldPanel:
    """For `offer_courses` in the form's class: the page chooser would show other people's."""
    return FieldPanel("course", widget=forms.Select)


def formatted_panel(name: str) -> FieldPanel:
    return FieldPanel(name, widget=FormattedTextArea(features=FORMATTING))


def quiz_panels() -> list[Panel]:
    """The form of a quiz, with its questions."""
    return [
        FieldPanel("title"),
        course_panel(),
        formatted_panel("introduction"),
        QuestionsPanel(heading=_("Questions"), label=_("Question")),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("time_limit"), FieldPanel("max_attempts")]),
                FieldRowPanel([FieldPanel("pass_mark"), FieldPanel("completion")]),
                FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                FieldRowPanel([FieldPanel("shuffle_questions"), FieldPanel("shuffle_options")]),
            ],
            heading=_("Rules"),
        ),
        FieldPanel("published", help_text=_("Students of the course see it, and are told once.")),
    ]


def assignment_panels() -> list[Panel]:
    """The form of an assignment."""
    return [
        FieldPanel("title"),
        course_panel(),
        formatted_panel("instructions"),
        MultiFieldPanel(
            [
                FieldPanel("opens_at"),
                FieldPanel("due_at", help_text=_("After this, work counts as late.")),
                FieldPanel("closes_at", help_text=_("After this, work is refused.")),
            ],
            heading=_("Dates"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("max_points"), FieldPanel("max_tries")]),
                FieldRowPanel([FieldPanel("accepts_text"), FieldPanel("accepts_files")]),
                FieldPanel("completion"),
            ],
            heading=_("Rules"),
        ),
        FieldPanel("published", help_text=_("Students of the course see it, and are told once.")),
    ]
