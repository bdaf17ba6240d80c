"""What the pages of an attempt show: questions without their key, results with it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.grading import Result, has_passed
from assessments.models import Answer, Attempt, AttemptItem
from assessments.models.questions import QuestionKind
from assessments.selectors.quizzes import result_of
from core.errors import NotFound


@dataclass(frozen=True)
class Option:
    """One option as it is shown. `is_correct` is None until it may be known."""

    key: str
    text: str
    chosen: bool
    is_correct: bool | None = None


@dataclass(frozen=True)
class QuestionView:
    """A question under way: everything a student may see of it, and nothing else."""

    position: int
    text: str
    kind: str
    points: Decimal
    options: Sequence[Option]
    sequence: int

    @property
    def is_answered(self) -> bool:
        return any(option.chosen for option in self.options)

    @property
    def takes_many(self) -> bool:
        return self.kind == QuestionKind.MULTIPLE


@dataclass(frozen=True)
class QuestionResult:
    """A question afterwards: what was answered and, once it may be known, what is right and why.

    Until then there are no points of its own either: they would tell.
    """

    position: int
    text: str
    points: Decimal | None
    max_points: Decimal
    options: Sequence[Option]
    explanation: str

    @property
    def is_right(self) -> bool:
        return self.points == self.max_points

    @property
    def is_answered(self) -> bool:
        return any(option.chosen for option in self.options)


@dataclass(frozen=True)
class AttemptResult:
    """An attempt that was handed in. `with_key`: it says which answers are right."""

    attempt: Attempt
    with_key: bool
    result: Result
    passed: bool
    questions: Sequence[QuestionResult]


def get_attempt(pk: int) -> Attempt:
    """An attempt with its student, quiz and course. Raises `NotFound`."""
    attempt = Attempt.objects.select_related("quiz__course", "student").filter(pk=pk).first()
    if attempt is None:
        raise NotFound
    return attempt


def list_questions(attempt: Attempt) -> list[QuestionView]:
    """The questions as this attempt got them, in one query. Their keys stay in the database."""
    answers = _answers(attempt).defer("item__version__key")
    return [_question(answer) for answer in answers]


def get_result(attempt: Attempt, *, with_key: bool) -> AttemptResult:
    """For attempts that were handed in only, in one query. Without the key, none is read."""
    if attempt.is_open:
        raise NotFound
    result = result_of(attempt)
    return AttemptResult(
        attempt=attempt,
        result=result,
        passed=has_passed(*result, attempt.quiz.pass_mark),
        with_key=with_key,
        questions=(
            [_result(answer) for answer in _answers(attempt)]
            if with_key
            else [_answered(answer) for answer in _answers(attempt).defer("item__version__key")]
        ),
    )


def _answers(attempt: Attempt) -> Any:
    rows = Answer.objects.filter(attempt=attempt).select_related("item__version")
    return rows.order_by("item__position")


def _question(answer: Answer) -> QuestionView:
    item = answer.item
    return QuestionView(
        position=item.position,
        text=item.version.content["text"],
        kind=item.version.kind,
        points=item.max_points,
        options=_options(item, answer.response),
        sequence=answer.sequence,
    )


def _result(answer: Answer) -> QuestionResult:
    item = answer.item
    key = item.version.key
    return QuestionResult(
        position=item.position,
        text=item.version.content["text"],
        points=answer.points or Decimal(0),
        max_points=item.max_points,
        options=_options(item, answer.response, key["correct"]),
        explanation=key.get("explanation", ""),
    )


def _answered(answer: Answer) -> QuestionResult:
    item = answer.item
    return QuestionResult(
        position=item.position,
        text=item.version.content["text"],
        points=None,
        max_points=item.max_points,
        options=_options(item, answer.response),
        explanation="",
    )


def _options(
    item: AttemptItem, response: Mapping[str, Any], correct: Collection[str] | None = None
) -> list[Option]:
    """In the order of this attempt."""
    texts = {option["id"]: option["text"] for option in item.version.content["options"]}
    chosen = response.get("choice", ())
    return [
        Option(key, texts[key], key in chosen, None if correct is None else key in correct)
        for key in item.option_order
    ]
