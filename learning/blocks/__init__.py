"""What a lesson is made of."""

from wagtail import blocks


class LessonBody(blocks.StreamBlock):
    """The blocks of a lesson."""

    heading = blocks.CharBlock()
