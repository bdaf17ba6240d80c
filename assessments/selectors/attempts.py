"""What the pages of an attempt show: questions without their key, results with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.forms import Media

from assessments.grading import Result, has_passed
from assessments.models import Answer, Attempt
from assessments.selectors.quizzes import result_of
from core.errors import NotFound


@dataclass(frozen=True)
class QuestionView:
    """A question under way: everything a student may see of it, and nothing else.

    `shown`: what its type shows, for `template`.
    """

    position: int
    text: str
    points: Decimal
    shown: Any
    is_answered: bool
    sequence: int
    template: str
    media: Media


@dataclass(frozen=True)
class QuestionResult:
    """A question afterwards: what was answered and, once it may be known, what is right and why.

    Until then there are no points of its own either: they would tell. `shown`: what its type
    shows, for `template`.
    """

    position: int
    text: str
    points: Decimal | None
    max_points: Decimal
    shown: Any
    is_answered: bool
    explanation: str
    template: str
    media: Media

    @property
    def is_right(self) -> bool:
        return self.points == self.max_points


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
    answers = _answers(attempt)
    if not with_key:
        answers = answers.defer("item__version__key")
    return AttemptResult(
        attempt=attempt,
        result=result,
        passed=has_passed(*result, attempt.quiz.pass_mark),
        with_key=with_key,
        questions=[_result(answer, with_key=with_key) for answer in answers],
    )


def _answers(attempt: Attempt) -> Any:
    rows = Answer.objects.filter(attempt=attempt).select_related("item__version")
    return rows.order_by("item__position")


def _question(answer: Answer) -> QuestionView:
    item, version = answer.item, answer.item.version
    return QuestionView(
        position=item.position,
        text=version.content["text"],
        points=item.max_points,
        shown=version.type.present(version.content, item.drawn, answer.response),
        is_answered=answer.is_given,
        sequence=answer.sequence,
        template=version.type.template,
        media=version.type.media,
    )


def _result(answer: Answer, *, with_key: bool) -> QuestionResult:
    item, version = answer.item, answer.item.version
    key = version.key if with_key else None
    return QuestionResult(
        position=item.position,
        text=version.content["text"],
        points=None if key is None else answer.points or Decimal(0),
        max_points=item.max_points,
        shown=version.type.present(version.content, item.drawn, answer.response, key),
        is_answered=answer.is_given,
        explanation="" if key is None else version.type.get_feedback(key, answer.response),
        template=version.type.result_template,
        media=version.type.media,
    )
