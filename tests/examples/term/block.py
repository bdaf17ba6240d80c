from wagtail import blocks

from learning.blocks.registration import TEXT, lesson_block


@lesson_block("term", position=45)
class TermBlock(blocks.StructBlock):
    """A term of the subject, and what it means."""

    word = blocks.CharBlock(label="Term", max_length=100)
    meaning = blocks.TextBlock(label="Meaning", rows=2)

    class Meta:
        template = "learning/blocks/term.html"
        icon = "openquote"
        group = TEXT
        label = "Term"
        description = "Explains a word that the lesson uses."
        preview_value = {"word": "Stoma", "meaning": "A pore through which a leaf breathes."}
