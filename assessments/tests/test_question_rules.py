"""What makes a question answerable."""

import pytest

from assessments.services.question_rules import find_problem


def options(*right: bool) -> list[tuple[str, bool]]:
    return [(f"Option {place}", is_right) for place, is_right in enumerate(right)]


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
    assert find_problem(kind, options(*right)) is None


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
    assert words in str(find_problem(kind, options(*right)))


def test_options_that_say_the_same_are_a_problem() -> None:
    problem = find_problem("single", [("Leaf", True), (" leaf ", False)])
    assert "the same" in str(problem)


def test_unknown_kind_has_no_rule() -> None:
    assert find_problem("essay", options()) is None
