from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from learning.blocks.registration import TEXT, lesson_block
from learning.blocks.text import render_text


@lesson_block("callout", position=30)
class CalloutBlock(blocks.StructBlock):
    """Something to stop at, set apart from the running text."""

    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[
            ("try", _("Try it")),
            ("tip", _("Tip")),
            ("note", _("Good to know")),
            ("warning", _("Watch out")),
        ],
        default="note",
    )
    title = blocks.CharBlock(label=_("Title"), max_length=100, required=False)
    text = blocks.RichTextBlock(label=_("Text"), features=["bold", "italic", "link", "ul", "code"])

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        return {**context, "html": render_text(value["text"])}

    class Meta:
        template = "learning/blocks/callout.html"
        icon = "help"
        group = TEXT
        label = _("Callout")
        description = _("A tip, a warning or something to try, set apart from the text.")
        preview_value = {
            "kind": "try",
            "title": "Try it",
            "text": "<p>Put a stick of celery into coloured water, and cut it across tomorrow.</p>",
        }
