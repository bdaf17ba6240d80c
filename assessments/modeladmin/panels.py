"""The questions of a quiz in its form, and the panels of one question."""

from functools import cache
from typing import Any

from django.urls import reverse
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, Panel

from assessments.forms.questions import SlotForm, SlotFormSet
from assessments.models import Question


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
            if question is None or not (question.course_id or self.request.user.is_admin):
                return ""
            return reverse("assessments_question_modeladmin_edit", args=[question.pk])


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
