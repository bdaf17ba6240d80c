from typing import Any
from urllib.parse import urlsplit

from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from learning.blocks.registration import RESOURCES, lesson_block

SCHEMES = ["http", "https"]


def get_host(url: str) -> str:
    """The host of a web address; empty for anything that is not one, so that it is not linked."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.hostname or "" if parts.scheme in SCHEMES else ""


@lesson_block("link", position=100)
class LinkBlock(blocks.StructBlock):
    """A page elsewhere on the web. Readers are told that they leave the academy."""

    url = blocks.URLBlock(label=_("Address"), validators=[URLValidator(schemes=SCHEMES)])
    title = blocks.CharBlock(label=_("Title"), max_length=150)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        return {**context, "host": get_host(value["url"] or "")}

    class Meta:
        template = "learning/blocks/link.html"
        icon = "link-external"
        group = RESOURCES
        label = _("Link")
        description = _("A page elsewhere on the web, with a word that it leads away.")
        preview_value = {
            "url": "https://www.rhs.org.uk/education-learning",
            "title": "Gardening for schools",
        }
