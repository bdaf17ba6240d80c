"""Program text, coloured on the server: no script on the page, and no inline style."""

from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from wagtail import blocks

from learning.blocks.registration import TEXT, lesson_block

LANGUAGES = [
    ("text", _("Plain text")),
    ("python", "Python"),
    ("pycon", _("Python session")),
    ("javascript", "JavaScript"),
    ("html", "HTML"),
    ("css", "CSS"),
    ("sql", "SQL"),
    ("bash", _("Shell")),
    ("json", "JSON"),
    ("java", "Java"),
    ("c", "C"),
    ("r", "R"),
]


def highlight_code(code: str, language: str) -> SafeString:
    """The code as HTML in which each kind of word has a class. Unknown languages stay plain."""
    known = {key for key, _label in LANGUAGES}
    lexer = get_lexer_by_name(language if language in known else "text", stripnl=True)
    marked = highlight(code, lexer, HtmlFormatter(nowrap=True))
    return mark_safe(marked)  # noqa: S308 (Pygments escapes what it is given)


@lesson_block("code", position=50)
class CodeBlock(blocks.StructBlock):
    """Program text with its language and, where it helps, a name."""

    language = blocks.ChoiceBlock(label=_("Language"), choices=LANGUAGES, default="python")
    code = blocks.TextBlock(label=_("Code"), rows=8)
    caption = blocks.CharBlock(label=_("Caption"), max_length=150, required=False)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        labels = dict(LANGUAGES)
        return {
            **context,
            "html": highlight_code(value["code"], value["language"]),
            "language_label": labels.get(value["language"], ""),
        }

    class Meta:
        template = "learning/blocks/code.html"
        icon = "code"
        group = TEXT
        label = _("Code")
        description = _("Program text with colours, in the language you choose.")
        preview_value = {
            "language": "python",
            "code": "def greet(name):\n    return f'Hello, {name}'",
            "caption": "",
        }
