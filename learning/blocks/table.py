from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.contrib.table_block.blocks import TableBlock as WagtailTableBlock

from learning.blocks.registration import TEXT, lesson_block


@lesson_block("table", position=60)
class TableBlock(WagtailTableBlock):
    """A small table of words and numbers. Cells are text: HTML in them is shown, not run."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "table_options": {"renderer": "text", "startCols": 3}})

    class Meta:
        template = "learning/blocks/table.html"
        icon = "table"
        group = TEXT
        label = _("Table")
        description = _("Rows and columns. Say which cells are headings, and name the table.")
        preview_value = {
            "data": [["Plant", "Height"], ["Moss", "2 cm"], ["Redwood", "110 m"]],
            "table_caption": "How high plants lift water",
            "table_header_choice": "row",
            "first_row_is_table_header": True,
            "first_col_is_header": False,
        }
