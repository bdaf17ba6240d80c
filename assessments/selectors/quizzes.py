"""What the page of a quiz shows before, between and after its attempts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.grading import Result
from assessments.models import Attempt, Question, QuestionPool, Quiz, QuizSlot
from core.errors import NotFound
from core.paging import LongPage, get_page
from learning.schedule import Window
from learning.windows import window_for

ATTEMPTS_ON_A_PAGE = 25


@dataclass(frozen=True)
class QuizOverview:
    """A quiz with its rules and one person's attempts. `refusal` says why none may be started."""

    quiz: Quiz
    window: Window
    question_count: int
    max_points: Decimal
    attempts: Sequence[Attempt]
    refusal: str

    @property
    def running(self) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.is_open), None)

    @property
    def attempts_left(self) -> int | None:
        """None: as many as one likes."""
        if self.quiz.max_attempts is None:
            return None
        return max(0, self.quiz.max_attempts - len(self.attempts))


def get_quiz(pk: int) -> Quiz:
    """A quiz with its course. Raises `NotFound`."""
    quiz = Quiz.objects.select_related("course").filter(pk=pk).first()
    if quiz is None:
        raise NotFound
    return quiz


def get_overview(quiz: Quiz, user: User, now: datetime) -> QuizOverview:
    """Two queries, however many questions and attempts there are."""
    slots = QuizSlot.objects.in_use().filter(quiz=quiz).get_totals()
    attempts = list(Attempt.objects.filter(quiz=quiz, student=user).order_by("-number"))
    window = window_for(quiz, user, now)
    return QuizOverview(
        quiz=quiz,
        window=window,
        question_count=slots.questions,
        max_points=slots.points,
        attempts=attempts,
        refusal=why_not_start(
            quiz, window, taken=len(attempts), questions=slots.questions, now=now
        ),
    )


def why_not_start(quiz: Quiz, window: Window, *, taken: int, questions: int, now: datetime) -> str:
    """Which rule keeps a student from a new attempt, in words; empty: none does."""
    if not window.has_opened(now):
        return _("This quiz has not opened yet.")
    if window.has_closed(now):
        return _("This quiz is closed.")
    if quiz.max_attempts is not None and taken >= quiz.max_attempts:
        return _("You have used all your attempts at this quiz.")
    return "" if questions else _("This quiz has no questions yet.")


def list_pool_questions(pool: QuestionPool) -> QuerySet[Question]:
    """The questions that a quiz may draw from the pool now, in no order.

    Those that stand in a quiz are not among them: an exam's would be given away.
    """
    return Question.objects.filter(course=pool.course_id, archived=False, slots__isnull=True)


def get_quiz_max_points(quiz_id: int) -> Decimal:
    """What can be had in an attempt that starts now."""
    return QuizSlot.objects.in_use().filter(quiz_id=quiz_id).get_totals().points


def question_count(quiz: str) -> Coalesce:
    """A column: how many questions an attempt gets. `quiz`: the column with the quiz's key."""
    slots = QuizSlot.objects.in_use().filter(quiz=OuterRef(quiz)).order_by().values("quiz")
    return Coalesce(Subquery(slots.annotate(total=Sum("draw_count")).values("total")), 0)


def get_results_page(quiz: Quiz, parameters: Mapping[str, Any]) -> LongPage:
    """What students handed in, newest first, for those who grade."""
    rows = Attempt.objects.handed_in().filter(quiz=quiz).select_related("student")
    return get_page(rows.order_by("-submitted_at", "-pk"), parameters, ATTEMPTS_ON_A_PAGE)


def result_of(attempt: Attempt) -> Result:
    """The points of an attempt that was handed in."""
    return Result(attempt.points or Decimal(0), attempt.max_points)
