from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from learning.blocks.registration import RESOURCES, SampleMixin, lesson_block


@lesson_block("document", position=90)
class DocumentBlock(SampleMixin, blocks.StructBlock):
    """A file to take along. Given out only to those who may read a lesson that holds it."""

    document = DocumentChooserBlock(label=_("File"))
    title = blocks.CharBlock(
        label=_("Title"),
        max_length=150,
        required=False,
        help_text=_("Empty: the title that the file has."),
    )

    class Meta:
        template = "learning/blocks/document.html"
        icon = "doc-full-inverse"
        group = RESOURCES
        label = _("File")
        description = _("A worksheet, slides or data, for the students of the course only.")
        preview_value = {"document": None, "title": "Worksheet: leaves under the lens"}
