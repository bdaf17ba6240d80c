"""Questions inside a quiz, and the panels of one question."""

from typing import Any

from wagtail.admin.panels import FieldPanel, InlinePanel

from assessments.forms.questions import QuestionForm, QuestionFormSet


class QuestionsPanel(InlinePanel):
    """An inline panel whose rows have a form and a formset of ours."""

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name].update(formset=QuestionFormSet, form=QuestionForm)
        return options


def question_panels() -> list[Any]:
    """What is written of a question, in a quiz and in the bank."""
    return [
        FieldPanel("text"),
        FieldPanel("kind"),
        FieldPanel("definition"),
        FieldPanel("points"),
        FieldPanel("explanation"),
    ]
