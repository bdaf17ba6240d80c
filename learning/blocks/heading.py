from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from learning.blocks.registration import TEXT, lesson_block


@lesson_block("heading", position=10)
class HeadingBlock(blocks.StructBlock):
    """A heading inside a lesson. The lesson's title is the page's only first-level heading."""

    text = blocks.CharBlock(label=_("Text"), max_length=150)
    level = blocks.ChoiceBlock(
        label=_("Level"), choices=[("2", _("Section")), ("3", _("Part of a section"))], default="2"
    )

    class Meta:
        template = "learning/blocks/heading.html"
        icon = "title"
        group = TEXT
        label = _("Heading")
        description = _("Starts a section, so that readers find their way.")
        preview_value = {"text": "What the leaf does", "level": "2"}
