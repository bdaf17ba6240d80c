"""A question whose terms are matched with their meanings; each right pair earns its part."""

import random
import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from assessments.question_types import Frozen, Marked, QuestionType, Response
from core.errors import InvalidInput


class PairBlock(blocks.StructBlock):
    term = blocks.CharBlock(label=gettext_lazy("Term"), max_length=200)
    meaning = blocks.CharBlock(label=gettext_lazy("Meaning"), max_length=200)


class PairsBlock(blocks.StructBlock):
    """What an author writes: `{"pairs": [{"term": str, "meaning": str}]}`."""

    pairs = blocks.ListBlock(PairBlock(), label=gettext_lazy("Pairs"), min_num=2, max_num=20)


class Matching(QuestionType):
    """`content`: terms and meanings with keys; `key` and `response`: `{"pairs": {term: meaning}}`;
    `drawn`: `{"meanings": [key]}` in the order of the attempt.
    """

    key = "matching"
    label = gettext_lazy("Matching")
    author_form = "pairs"
    author_block = PairsBlock()
    template = "matching/question.html"
    result_template = "matching/result.html"
    media = forms.Media(css={"all": ["matching/matching.css"]})

    def freeze(self, definition: Mapping[str, Any]) -> Frozen:
        rows = [(secrets.token_hex(4), secrets.token_hex(4), pair) for pair in definition["pairs"]]
        meanings = [{"id": meaning, "text": pair["meaning"]} for _term, meaning, pair in rows]
        return Frozen(
            {
                "terms": [{"id": term, "text": pair["term"]} for term, _meaning, pair in rows],
                "meanings": sorted(meanings, key=lambda meaning: meaning["text"]),
            },
            {"pairs": {term: meaning for term, meaning, _pair in rows}},
        )

    def draw(
        self, content: Mapping[str, Any], *, shuffled: bool, shuffler: random.Random
    ) -> dict[str, Any]:
        order = [meaning["id"] for meaning in content["meanings"]]
        if shuffled:
            shuffler.shuffle(order)
        return {"meanings": order}

    def present(
        self,
        content: Mapping[str, Any],
        drawn: Mapping[str, Any],
        response: Response,
        key: Mapping[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        texts = {meaning["id"]: meaning["text"] for meaning in content["meanings"]}
        chosen = response.get("pairs", {})
        return [
            {
                "name": f"pair-{term['id']}",
                "term": term["text"],
                "meanings": [(one, texts[one]) for one in drawn["meanings"]],
                "chosen": chosen.get(term["id"]),
                "answer": texts.get(chosen.get(term["id"])),
                "right": None if key is None else texts[key["pairs"][term["id"]]],
            }
            for term in content["terms"]
        ]

    def read_form(self, form: MultiValueDict[str, Any]) -> dict[str, Any]:
        prefix = "pair-"
        pairs = {name.removeprefix(prefix): form[name] for name in form if name.startswith(prefix)}
        return {"pairs": {term: meaning for term, meaning in pairs.items() if meaning}}

    def parse(self, content: Mapping[str, Any], data: Mapping[str, Any], files: Any) -> Response:
        pairs = data.get("pairs", {})
        terms = {term["id"] for term in content["terms"]}
        meanings = [meaning["id"] for meaning in content["meanings"]]
        if not isinstance(pairs, dict) or not set(pairs) <= terms:
            raise InvalidInput(_("Match each term with one of the meanings."), field="pairs")
        if any(meaning not in meanings for meaning in pairs.values()):
            raise InvalidInput(_("Match each term with one of the meanings."), field="pairs")
        return {"pairs": pairs} if pairs else {}

    def to_text(self, content: Mapping[str, Any], response: Response) -> str:
        texts = {one["id"]: one["text"] for one in [*content["terms"], *content["meanings"]]}
        pairs = response.get("pairs", {})
        return "; ".join(f"{texts[term]}: {texts[meaning]}" for term, meaning in pairs.items())

    def mark(
        self,
        content: Mapping[str, Any],
        key: Mapping[str, Any],
        drawn: Mapping[str, Any],
        response: Response,
    ) -> Marked:
        chosen = response.get("pairs", {})
        parts = {
            term: Decimal(chosen.get(term) == meaning) for term, meaning in key["pairs"].items()
        }
        return Marked(sum(parts.values(), Decimal(0)) / len(parts), parts)
