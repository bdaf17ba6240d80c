from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from learning.blocks.registration import MEDIA, SampleMixin, lesson_block
from learning.video import find_frame


def validate_trusted_video(url: str) -> None:
    """Refuse addresses that are not a video of a provider whose frames we allow."""
    if find_frame(url) is None:
        raise ValidationError(_("Only videos of YouTube and Vimeo can be shown here."))


@lesson_block("video", position=80)
class VideoBlock(SampleMixin, blocks.StructBlock):
    """A video of a trusted provider in a frame that sets no cookies before it is played."""

    url = blocks.URLBlock(
        label=_("Address"),
        validators=[validate_trusted_video],
        help_text=_("The address of the video's page at YouTube or Vimeo."),
    )
    title = blocks.CharBlock(
        label=_("Title"), max_length=150, help_text=_("What the video shows, for screen readers.")
    )
    caption = blocks.CharBlock(label=_("Caption"), max_length=250, required=False)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        return {**context, "frame": find_frame(value["url"] or "")}

    class Meta:
        template = "learning/blocks/video.html"
        icon = "media"
        group = MEDIA
        label = _("Video")
        description = _("A video from YouTube or Vimeo, shown in the lesson.")
        preview_value = {
            "url": "https://vimeo.com/76979871",
            "title": "How water moves through a plant",
            "caption": "",
        }
