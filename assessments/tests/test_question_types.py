"""The types of questions: what an author may write, what learners get, what it earns."""

from decimal import Decimal
from typing import Any

import pytest

from assessments.forms.questions import DefinitionField
from assessments.question_types import Marked, question_types
from assessments.tests.factories import options_of
from core.errors import InvalidInput


def options(*right: bool) -> list[tuple[str, bool]]:
    return [(f"Option {place}", is_right) for place, is_right in enumerate(right)]


def find_problem(kind: str, options: list[tuple[str, bool]]) -> str:
    """What the type says to its author; empty: nothing is wrong."""
    rows = [{"text": text, "is_correct": right} for text, right in options]
    try:
        question_types[kind].check({"options": rows})
    except InvalidInput as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("kind", "right"),
    [
        ("single", (True, False)),
        ("single", (False,) * 9 + (True,)),
        ("multiple", (True, True)),
        ("multiple", (True, False, True)),
        ("true_false", (False, True)),
    ],
)
def test_answerable_question_has_no_problem(kind: str, right: tuple[bool, ...]) -> None:
    assert find_problem(kind, options(*right)) == ""


@pytest.mark.parametrize(
    ("kind", "right", "words"),
    [
        ("single", (True,), "2 to 10"),
        ("single", (True,) + (False,) * 10, "2 to 10"),
        ("single", (False, False), "exactly one"),
        ("single", (True, True), "exactly one"),
        ("multiple", (True,), "2 to 10"),
        ("multiple", (False, False), "at least one"),
        ("true_false", (True, False, False), "exactly two"),
        ("true_false", (True,), "exactly two"),
        ("true_false", (True, True), "exactly one"),
        ("true_false", (False, False), "exactly one"),
    ],
)
def test_unanswerable_question_says_what_is_wrong(
    kind: str, right: tuple[bool, ...], words: str
) -> None:
    assert words in find_problem(kind, options(*right))


def test_options_that_say_the_same_are_a_problem() -> None:
    assert "the same" in find_problem("single", [("Leaf", True), (" leaf ", False)])


def test_blank_option_is_a_problem() -> None:
    assert "required" in find_problem("single", [("Leaf", True), ("", False)])


@pytest.mark.parametrize("kind", ["single", "multiple", "true_false"])
@pytest.mark.parametrize(
    ("correct", "chosen", "share"),
    [
        (["a"], ["a"], 1),
        (["a"], ["b"], 0),
        (["a"], [], 0),
        (["a"], ["a", "b"], 0),
        (["a", "b"], ["b", "a"], 1),
        (["a", "b"], ["a"], 0),
        (["a", "b"], ["a", "b", "c"], 0),
        ([], [], 0),
    ],
)
def test_choice_earns_everything_for_exactly_the_right_options(
    kind: str, correct: list[str], chosen: list[str], share: int
) -> None:
    marked = question_types[kind].mark({}, {"correct": correct}, {}, {"choice": chosen})
    assert marked == Marked(Decimal(share))


def test_no_response_earns_nothing() -> None:
    marked = question_types["single"].mark({}, {"correct": ["a"]}, {}, {})
    assert marked == Marked(Decimal(0))


@pytest.mark.parametrize("kind", ["single", "multiple", "true_false"])
def test_definition_survives_the_editor_unchanged(kind: str) -> None:
    question_type = question_types[kind]
    definition = options_of(["Leaf", "Root"], [1])
    assert question_type.check(definition) == definition
    field = DefinitionField(question_type)
    assert field.clean(field.prepare_value(definition)) == definition
    assert not field.has_changed(definition, field.prepare_value(definition))
    assert field.has_changed(definition, field.prepare_value(options_of(["Leaf", "Root"])))


@pytest.mark.parametrize("kind", ["single", "multiple", "true_false"])
def test_what_learners_see_is_frozen_apart_from_the_key(kind: str) -> None:
    frozen = question_types[kind].freeze(options_of(["Leaf", "Root"], [1]))
    first, second = frozen.content["options"]
    assert [first["text"], second["text"]] == ["Leaf", "Root"]
    assert frozen.key == {"correct": [second["id"]]}
    assert "correct" not in str(frozen.content)


def test_response_as_text_names_the_options_in_their_order() -> None:
    content = {"options": [{"id": "a", "text": "Leaf"}, {"id": "b", "text": "Root"}]}
    multiple = question_types["multiple"]
    assert multiple.to_text(content, {"choice": ["b", "a"]}) == "Leaf; Root"
    assert multiple.to_text(content, {}) == ""
    assert not multiple.is_answered({})


def test_form_of_true_or_false_starts_with_both_options() -> None:
    options = DefinitionField(question_types["true_false"]).prepare_value(None)["options"]
    assert [str(option["text"]) for option in options] == ["True", "False"]


@pytest.mark.parametrize(
    "definition",
    [
        *({}, {"options": []}, {"options": [{}]}, {"options": 5}, {"options": None}),
        *({"options": [None, None]}, None, [1], "x"),
    ],
)
def test_definition_of_another_shape_is_refused_in_words(definition: Any) -> None:
    with pytest.raises(InvalidInput):
        question_types["single"].check(definition)
