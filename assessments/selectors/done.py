"""When work counts as done: the rule of each piece decides."""

from collections.abc import Collection
from decimal import Decimal

from assessments.grading import has_passed
from assessments.models import Quiz
from assessments.models.assignments import AssignmentCompletion, SubmissionState
from assessments.models.quizzes import QuizCompletion

Points = tuple[Decimal, Decimal]


def is_quiz_done(quiz: Quiz, results: Collection[Points], *, handed_in: bool) -> bool:
    """Handed in once; where it is to be passed, with enough points once."""
    if quiz.completion == QuizCompletion.SUBMITTED:
        return handed_in
    return any(has_passed(points, out_of, quiz.pass_mark) for points, out_of in results)


def is_assignment_done(completion: str, state: str | None) -> bool:
    """Handed in; where it is to be graded, graded."""
    if completion == AssignmentCompletion.GRADED:
        return state == SubmissionState.GRADED
    return state is not None
