from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from learning.blocks.registration import TEXT, lesson_block


@lesson_block("quote", position=40)
class QuoteBlock(blocks.StructBlock):
    """Somebody else's words, and whose they are."""

    text = blocks.TextBlock(label=_("Text"), rows=3)
    source = blocks.CharBlock(label=_("Who said it, and where"), max_length=200, required=False)

    class Meta:
        template = "learning/blocks/quote.html"
        icon = "openquote"
        group = TEXT
        label = _("Quote")
        description = _("Somebody else's words, with their source.")
        preview_value = {
            "text": "Look deep into nature, and then you will understand everything better.",
            "source": "Albert Einstein",
        }
