"""What a type of question decides: how it is written, drawn, shown, answered and marked.

A type knows no database. Four JSON values belong to a question, all in the shape of its type:
`definition` is what the author wrote (`Question`), `content` and `key` are what a version froze of
it (`QuestionVersion`), `drawn` is what one attempt was given (`AttemptItem`), and `response` is
what the student answered (`Answer`). `{}` is the response of somebody who did not answer.
"""

import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from wagtail import blocks

from core.errors import InvalidInput
from core.registries import Registry

Definition = Mapping[str, Any]
Content = Mapping[str, Any]
Key = Mapping[str, Any]
Drawn = Mapping[str, Any]
Response = dict[str, Any]
Files = MultiValueDict[str, Any]


class Frozen(NamedTuple):
    """A definition as learners are given it: what they may see, and what tells the right answer."""

    content: dict[str, Any]
    key: dict[str, Any]


class Marked(NamedTuple):
    """How much of its points a response earns. `share`: 1 is all; it may be negative.

    `parts`: the share of each part by its key, for types whose responses have parts.
    """

    share: Decimal
    parts: Mapping[str, Decimal] = {}


class QuestionType:
    """One type. Subclasses fill in the attributes, and the methods that raise here."""

    key: str
    """Stored with questions and versions: never changed."""
    label: Any
    author_form: str
    """Types with the same name and the same `author_block` share one form in the editor."""
    author_block: blocks.StructBlock
    """The form in which an author writes the definition."""
    template: str
    """Shows the question under way. Gets `question`, a `selectors.attempts.QuestionView`."""
    result_template: str
    """Shows it afterwards. Gets `question`, a `selectors.attempts.QuestionResult`."""
    media = forms.Media()
    """Scripts and styles of `template`. A page loads those of the types that it shows."""

    # -- Writing -----------------------------------------------------------------------------
    def clean(self, value: Any) -> Any:
        """A value of `author_block`, checked. Raises `ValidationError`, placed in the block."""
        return self.author_block.clean(value)

    def check(self, definition: Definition) -> dict[str, Any]:
        """A definition from elsewhere (an import, a program), checked as the editor's is.

        Raises `InvalidInput` with all that is wrong, in words for its author.
        """
        try:
            return to_json(self.clean(self.author_block.to_python(dict(definition))))
        except ValidationError as error:
            raise InvalidInput(" ".join(messages_in(error)), field="definition") from None
        except (AttributeError, LookupError, TypeError, ValueError):
            raise InvalidInput(field="definition") from None

    def freeze(self, definition: Definition) -> Frozen:
        """What learners are given of it, and apart from that its key."""
        raise NotImplementedError

    # -- Answering -----------------------------------------------------------------------------
    def draw(self, content: Content, *, shuffled: bool, shuffler: random.Random) -> dict[str, Any]:
        """What is decided once for each attempt, such as the order of options."""
        return {}

    def present(
        self, content: Content, drawn: Drawn, response: Response, key: Key | None = None
    ) -> Any:
        """What the templates show, as `question.shown`. Without the key nothing may tell it."""
        raise NotImplementedError

    def read_form(self, form: MultiValueDict[str, Any]) -> dict[str, Any]:
        """The fields of a form in the shape of the JSON that programs send."""
        return {"choice": form.getlist("choice"), "text": form.get("text")}

    def parse(self, content: Content, data: Mapping[str, Any], files: Files | None) -> Response:
        """The response that is stored. `data`: JSON as sent, of any shape.

        Raises `InvalidInput`, with the field, for what this question does not offer.
        """
        raise NotImplementedError

    def is_answered(self, response: Response) -> bool:
        """Something was answered. Taken back again counts as not answered."""
        return bool(response)

    def to_text(self, content: Content, response: Response) -> str:
        """The response in one line, for lists and exports. Empty: not answered."""
        raise NotImplementedError

    # -- Marking -------------------------------------------------------------------------------
    def mark(self, content: Content, key: Key, drawn: Drawn, response: Response) -> Marked | None:
        """What the response earns. None: a person must look at it."""
        raise NotImplementedError

    def get_feedback(self, key: Key, response: Response) -> str:
        """What is said with the result, once the key may be known."""
        return str(key.get("explanation", ""))


question_types: Registry[QuestionType] = Registry("question_types")


def to_json(value: Any) -> Any:
    """The value of a block as plain JSON: without the keys that the editor gives to list items."""
    if isinstance(value, Mapping):
        return {name: to_json(part) for name, part in value.items()}
    if isinstance(value, blocks.list_block.ListValue | list | tuple):
        return [to_json(part) for part in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def messages_in(error: ValidationError) -> list[str]:
    """All messages of an error, however deep they stand in blocks."""
    parts: list[Any] = [*getattr(error, "non_block_errors", [])]
    nested = getattr(error, "block_errors", None)
    if nested is None:
        return [str(message) for message in error.messages]
    parts += nested.values() if isinstance(nested, Mapping) else nested
    return [
        message
        for part in parts
        if part is not None
        for message in (messages_in(part) if isinstance(part, ValidationError) else [str(part)])
    ]
