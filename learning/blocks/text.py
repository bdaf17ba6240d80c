"""Running text. The editor lets only some elements through, and so does the page."""

from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import RichText, expand_db_html

from learning.blocks.registration import TEXT, lesson_block

FEATURES = [
    "bold",
    "italic",
    "link",
    "document-link",
    "ol",
    "ul",
    "superscript",
    "subscript",
    "code",
    "hr",
]

_cleaner = nh3.Cleaner(
    tags=set("h3 p br b strong i em a ul ol li hr sup sub code".split()),  # noqa: SIM905
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener nofollow",
)


def render_text(value: RichText | str) -> SafeString:
    """The text as HTML, with links resolved; whatever the editor would not have let in is gone."""
    source = value.source if isinstance(value, RichText) else value
    return mark_safe(_cleaner.clean(expand_db_html(source)))  # noqa: S308 (cleaned just here)


@lesson_block("text", position=20)
class TextBlock(blocks.RichTextBlock):
    """Paragraphs and lists with emphasis and links."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": FEATURES, **kwargs})

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        return {**context, "html": render_text(value)}

    class Meta:
        template = "learning/blocks/text.html"
        icon = "pilcrow"
        group = TEXT
        label = _("Text")
        description = _("Paragraphs and lists, with bold, italic, code and links.")
        preview_value = (
            "<p>A coast redwood lifts water more than a hundred metres, without a pump. Nothing "
            "pushes from below hard enough. Something <i>pulls from above</i>.</p>"
        )
