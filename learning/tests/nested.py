"""A block that holds other blocks, as an accordion or columns would, for the lessons of a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock

from learning.blocks.activity import ActivityBlock
from learning.models import CourseDocument, LessonPage


class InnerBlock(blocks.StreamBlock):
    activity = ActivityBlock()
    document = blocks.StructBlock([("document", DocumentChooserBlock())])


class BoxBlock(blocks.StructBlock):
    title = blocks.CharBlock()
    content = InnerBlock()
    further = blocks.ListBlock(ActivityBlock(), default=[])


@contextmanager
def box_in_lessons() -> Iterator[None]:
    known = LessonPage._meta.get_field("body").stream_block.child_blocks
    block = BoxBlock()
    block.set_name("box")
    known["box"] = block
    yield
    del known["box"]


def box_with(
    activity: Any, document: CourseDocument | None = None, further: Any = ()
) -> tuple[str, Any]:
    """A value for the body of a lesson: an activity two deep, a file, and a list of activities."""
    content = [("activity", {"activity": activity, "display": "card"})]
    if document is not None:
        content.append(("document", {"document": document}))
    listed = [{"activity": one, "display": "link"} for one in further]
    return ("box", {"title": "More", "content": content, "further": listed})
