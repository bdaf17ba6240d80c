from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from learning.blocks.registration import MEDIA, SampleMixin, lesson_block


@lesson_block("image", position=70)
class PictureBlock(SampleMixin, blocks.StructBlock):
    """A picture. It says in words what it shows, or that it is only decoration."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), max_length=250, required=False)

    class Meta:
        template = "learning/blocks/image.html"
        icon = "image"
        group = MEDIA
        label = _("Picture")
        description = _("A picture with a description for those who can't see it.")
        preview_value = {"image": None, "caption": "Xylem vessels, magnified 200 times."}
