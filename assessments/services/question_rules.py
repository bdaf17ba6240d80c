"""What makes a question answerable, by its kind. The editor, the API and imports all ask here."""

from collections.abc import Callable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessments.models.questions import QuestionKind

FEWEST_OPTIONS = 2
MOST_OPTIONS = 10

Problem = str | Promise | None
OptionRule = Callable[[Sequence[bool]], Problem]


def find_problem(kind: str, options: Sequence[tuple[str, bool]]) -> Problem:
    """What is wrong with these options (text, right or not), in words for their author."""
    texts = [text.strip().casefold() for text, _right in options]
    if len(set(texts)) < len(texts):
        return _("Two options say the same.")
    rule = option_rules.get(kind)
    return rule([right for _text, right in options]) if rule else None


def _check_number(options: Sequence[bool]) -> Problem:
    if FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        return None
    return _("A question has 2 to 10 options.")


def _check_single(options: Sequence[bool]) -> Problem:
    problem = _check_number(options)
    if problem or sum(options) == 1:
        return problem
    return _("Mark exactly one option as correct.")


def _check_multiple(options: Sequence[bool]) -> Problem:
    problem = _check_number(options)
    if problem or any(options):
        return problem
    return _("Mark at least one option as correct.")


def _check_true_false(options: Sequence[bool]) -> Problem:
    if len(options) != 2:
        return _("A true-or-false question has exactly two options.")
    return _check_single(options)


option_rules: dict[str, OptionRule] = {
    QuestionKind.SINGLE: _check_single,
    QuestionKind.MULTIPLE: _check_multiple,
    QuestionKind.TRUE_FALSE: _check_true_false,
}
