"""Questions with options: one of them is right, or several that count together."""

import random
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from assessments.question_types.base import (
    Content,
    Definition,
    Drawn,
    Files,
    Frozen,
    Key,
    Marked,
    QuestionType,
    Response,
)
from core.errors import InvalidInput

FEWEST_OPTIONS = 2
MOST_OPTIONS = 10

Problem = str | Promise | None


class OptionBlock(blocks.StructBlock):
    """One option."""

    text = blocks.CharBlock(label=gettext_lazy("Text"), max_length=1000)
    is_correct = blocks.BooleanBlock(label=gettext_lazy("Correct"), required=False)

    class Meta:
        icon = "list-ul"
        label = gettext_lazy("Option")


class OptionsBlock(blocks.StructBlock):
    """What an author writes: `{"options": [{"text": str, "is_correct": bool}]}`."""

    def __init__(self, texts: Sequence[Any] = ("", ""), **kwargs: Any) -> None:
        """`texts`: the options that a new question starts with."""
        start = [{"text": text, "is_correct": False} for text in texts]
        options = blocks.ListBlock(OptionBlock(), label=gettext_lazy("Options"), default=start)
        super().__init__([("options", options)], **kwargs)


@dataclass(frozen=True)
class Option:
    """One option as it is shown. `is_correct` is None until it may be known."""

    key: str
    text: str
    chosen: bool
    is_correct: bool | None = None


@dataclass(frozen=True)
class ShownOptions:
    """The options in the order of one attempt. `takes_many`: more than one may be chosen."""

    options: Sequence[Option]
    takes_many: bool


class ChoiceType(QuestionType):
    """What all types with options have in common.

    `content`: `{"options": [{"id": str, "text": str}]}`; `key`: `{"correct": [id]}`; `drawn`:
    `{"options": [id]}` in the order of the attempt; `response`: `{"choice": [id]}`.
    """

    template = "assessments/question_types/choice.html"
    result_template = "assessments/question_types/choice_result.html"
    takes_many = False

    def find_problem(self, correct: Sequence[bool]) -> Problem:
        """What is wrong with these options, in words for their author."""
        if not FEWEST_OPTIONS <= len(correct) <= MOST_OPTIONS:
            return gettext_lazy("A question has 2 to 10 options.")
        return self.find_problem_in_key(sum(correct))

    def find_problem_in_key(self, correct: int) -> Problem:
        """What is wrong when so many options are right."""
        return None if correct == 1 else gettext_lazy("Mark exactly one option as correct.")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        texts = [option["text"].strip().casefold() for option in cleaned["options"]]
        if len(set(texts)) < len(texts):
            problem: Problem = gettext_lazy("Two options say the same.")
        else:
            problem = self.find_problem([bool(one["is_correct"]) for one in cleaned["options"]])
        if problem:
            beside = ListBlockValidationError(non_block_errors=[str(problem)])
            raise StructBlockValidationError(block_errors={"options": beside})
        return cleaned

    def freeze(self, definition: Definition) -> Frozen:
        """The keys of options are distinct and say nothing about their order or what is right."""
        options = list(
            zip(_random_keys(len(definition["options"])), definition["options"], strict=True)
        )
        return Frozen(
            {"options": [{"id": key, "text": option["text"]} for key, option in options]},
            {"correct": [key for key, option in options if option["is_correct"]]},
        )

    def draw(self, content: Content, *, shuffled: bool, shuffler: random.Random) -> dict[str, Any]:
        order = [option["id"] for option in content["options"]]
        if shuffled:
            shuffler.shuffle(order)
        return {"options": order}

    def present(
        self, content: Content, drawn: Drawn, response: Response, key: Key | None = None
    ) -> ShownOptions:
        texts = {option["id"]: option["text"] for option in content["options"]}
        chosen = response.get("choice", ())
        correct = None if key is None else key["correct"]
        options = [
            Option(one, texts[one], one in chosen, None if correct is None else one in correct)
            for one in drawn["options"]
        ]
        return ShownOptions(options, self.takes_many)

    def parse(self, content: Content, data: Mapping[str, Any], files: Files | None) -> Response:
        """Options of this question, each once, one where one is asked."""
        if data.get("text"):
            raise InvalidInput(_("Choose one of the options."), field="text")
        chosen = data.get("choice", [])
        if isinstance(chosen, str):
            chosen = [chosen]
        offered = [option["id"] for option in content["options"]]
        if not isinstance(chosen, list) or not _are_offered(chosen, offered):
            raise InvalidInput(_("Choose one of the options."), field="choice")
        if len(chosen) > 1 and not self.takes_many:
            raise InvalidInput(_("Choose one option only."), field="choice")
        return {"choice": [option for option in offered if option in chosen]} if chosen else {}

    def to_text(self, content: Content, response: Response) -> str:
        chosen = response.get("choice", ())
        return "; ".join(one["text"] for one in content["options"] if one["id"] in chosen)

    def mark(self, content: Content, key: Key, drawn: Drawn, response: Response) -> Marked:
        """All or nothing: exactly the right options, no more and no fewer."""
        correct, chosen = set(key["correct"]), set(response.get("choice", ()))
        return Marked(Decimal(bool(correct) and chosen == correct))


class SingleChoice(ChoiceType):
    key = "single"
    label = gettext_lazy("Single choice")
    author_form = "choices"
    author_block = OptionsBlock()


class MultipleChoice(ChoiceType):
    key = "multiple"
    label = gettext_lazy("Multiple choice")
    author_form = SingleChoice.author_form
    author_block = SingleChoice.author_block
    takes_many = True

    def find_problem_in_key(self, correct: int) -> Problem:
        return None if correct else gettext_lazy("Mark at least one option as correct.")


def _random_keys(count: int) -> list[str]:
    keys: set[str] = set()
    while len(keys) < count:
        keys.add(secrets.token_hex(4))
    return list(keys)


def _are_offered(chosen: list[Any], offered: Collection[str]) -> bool:
    if len(chosen) > len(offered) or not all(isinstance(one, str) for one in chosen):
        return False
    return len(set(chosen)) == len(chosen) and set(chosen) <= set(offered)
