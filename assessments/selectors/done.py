"""Which work a student has done, by the rule of each piece. Unpublished work is left out."""

from collections import defaultdict
from collections.abc import Collection
from decimal import Decimal

from assessments.grading import has_passed
from assessments.models import Assignment, Attempt, Quiz, Submission
from assessments.models.assignments import AssignmentCompletion, SubmissionState
from assessments.models.quizzes import QuizCompletion

Points = tuple[Decimal, Decimal]


def list_done_quizzes(
    student_id: int, course_id: int, quiz_ids: Collection[int]
) -> dict[int, bool]:
    """Each published quiz of the course among these: done or not. Two queries."""
    quizzes = Quiz.objects.published().filter(course=course_id, pk__in=quiz_ids)
    results = _results(student_id, quiz_ids)
    return {quiz.pk: is_quiz_done(quiz, results[quiz.pk]) for quiz in quizzes}


def is_quiz_done(quiz: Quiz, results: Collection[Points]) -> bool:
    """Handed in once; where it is to be passed, with enough points once."""
    if quiz.completion == QuizCompletion.SUBMITTED:
        return bool(results)
    return any(has_passed(points, out_of, quiz.pass_mark) for points, out_of in results)


def list_done_assignments(
    student_id: int, course_id: int, assignment_ids: Collection[int]
) -> dict[int, bool]:
    """Each published assignment of the course among these: done or not. Two queries."""
    rules = Assignment.objects.published().filter(course=course_id, pk__in=assignment_ids)
    mine = Submission.objects.filter(student_id=student_id, assignment_id__in=assignment_ids)
    states = dict(mine.values_list("assignment_id", "state"))
    return {
        pk: is_assignment_done(completion, states.get(pk))
        for pk, completion in rules.values_list("pk", "completion")
    }


def is_assignment_done(completion: str, state: str | None) -> bool:
    """Handed in; where it is to be graded, graded."""
    if completion == AssignmentCompletion.GRADED:
        return state == SubmissionState.GRADED
    return state is not None


def _results(student_id: int, quiz_ids: Collection[int]) -> defaultdict[int, list[Points]]:
    attempts = Attempt.objects.submitted().filter(student_id=student_id, quiz_id__in=quiz_ids)
    found: defaultdict[int, list[Points]] = defaultdict(list)
    for quiz_id, points, out_of in attempts.values_list("quiz_id", "points", "max_points"):
        found[quiz_id].append((points, out_of))
    return found
