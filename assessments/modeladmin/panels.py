"""Questions inside a quiz, options inside a question."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel

from assessments.forms.questions import FilledFormSet, QuestionForm, QuestionFormSet
from assessments.services.question_rules import FEWEST_OPTIONS


class RowsPanel(InlinePanel):
    """An inline panel whose rows have a form and a formset of ours."""

    row_options: dict[str, Any] = {}

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name].update(self.row_options)
        return options


class OptionsPanel(RowsPanel):
    """Starts with two blank options; how many there must be is said by the question's form."""

    row_options = {"formset": FilledFormSet, "min_num": FEWEST_OPTIONS, "validate_min": False}


class QuestionsPanel(RowsPanel):
    row_options = {"formset": QuestionFormSet, "form": QuestionForm}


def question_panels() -> list[Any]:
    """What is written of a question, in a quiz and in the bank."""
    return [
        FieldPanel("text"),
        FieldPanel("kind"),
        OptionsPanel(
            "choices",
            panels=[FieldPanel("text"), FieldPanel("is_correct")],
            heading=_("Options"),
            label=_("Option"),
        ),
        FieldPanel("points"),
        FieldPanel("explanation"),
    ]
