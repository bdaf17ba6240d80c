"""The state of work as one person sees it: on the slip in a lesson, and in the course's list."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from assessments.grading import Result, best_of
from assessments.models import Assignment, Attempt, Grade, Quiz, Submission
from assessments.models.attempts import AttemptState
from assessments.selectors.done import is_assignment_done, is_quiz_done
from learning.registries import ActivityState
from learning.selectors.standing import Person


@dataclass(frozen=True)
class QuizState:
    """A quiz and what one student made of it."""

    quiz: Quiz
    question_count: int
    best: Result | None
    taken: int
    is_running: bool
    done: bool

    @property
    def note(self) -> str:
        """The state in a few words: what came out, or what awaits one."""
        if self.is_running:
            return _("Under way")
        if self.best is not None:
            return _("Best result: %(percent)s %%") % {"percent": plain(self.best.percentage)}
        questions = ngettext("%(count)s question", "%(count)s questions", self.question_count) % {
            "count": self.question_count
        }
        if self.quiz.time_limit is None:
            return questions
        return _("%(questions)s, %(minutes)s minutes") % {
            "questions": questions,
            "minutes": self.quiz.time_limit,
        }


@dataclass(frozen=True)
class AssignmentState:
    """An assignment and what one student handed in. `grade` only where it is released."""

    assignment: Assignment
    submission: Submission | None
    grade: Grade | None
    done: bool

    @property
    def note(self) -> str:
        if self.grade is not None and self.grade.points is not None:
            return _("Graded: %(points)s of %(max)s") % {
                "points": plain(self.grade.points),
                "max": plain(self.grade.max_points),
            }
        return _("Handed in") if self.submission is not None else _("To hand in")


def plain(number: Decimal) -> str:
    """A number as people write it: no trailing zeros."""
    return f"{number.normalize():f}"


def list_quiz_states(user: Person, quizzes: QuerySet[Quiz]) -> list[QuizState]:
    """Two queries, however many quizzes and attempts there are."""
    rows = list(quizzes.annotate(question_count=Count("slots")))
    taken = _attempts_by_quiz(user, [quiz.pk for quiz in rows])
    return [_quiz_state(quiz, taken[quiz.pk]) for quiz in rows]


def list_assignment_states(
    user: Person, assignments: QuerySet[Assignment]
) -> list[AssignmentState]:
    """Three queries, however many assignments there are."""
    rows = list(assignments)
    keys = [assignment.pk for assignment in rows]
    submissions = _submissions_by_assignment(user, keys)
    grades = _released_grades(user, submissions)
    return [
        _assignment_state(assignment, submissions.get(assignment.pk), grades.get(assignment.pk))
        for assignment in rows
    ]


def get_quiz_states(user: Person, ids: Collection[int]) -> dict[int, ActivityState]:
    """Quizzes placed in a lesson; those that are not published are left out."""
    quizzes = Quiz.objects.published().filter(pk__in=ids)
    return {
        state.quiz.pk: ActivityState(
            title=state.quiz.title,
            url=state.quiz.get_absolute_url(),
            note=state.note,
            done=state.done,
            due=state.quiz.closes_at,
            course_id=state.quiz.course_id,
        )
        for state in list_quiz_states(user, quizzes)
    }


def get_assignment_states(user: Person, ids: Collection[int]) -> dict[int, ActivityState]:
    """Assignments placed in a lesson; those that are not published are left out."""
    assignments = Assignment.objects.published().filter(pk__in=ids)
    return {
        state.assignment.pk: ActivityState(
            title=state.assignment.title,
            url=state.assignment.get_absolute_url(),
            note=state.note,
            done=state.done,
            due=state.assignment.due_at or state.assignment.closes_at,
            course_id=state.assignment.course_id,
        )
        for state in list_assignment_states(user, assignments)
    }


def _attempts_by_quiz(user: Person, keys: Collection[int]) -> defaultdict[int, list[Attempt]]:
    found: defaultdict[int, list[Attempt]] = defaultdict(list)
    if isinstance(user, User) and keys:
        for attempt in Attempt.objects.filter(student=user, quiz__in=keys):
            found[attempt.quiz_id].append(attempt)
    return found


def _quiz_state(quiz: Quiz, attempts: Collection[Attempt]) -> QuizState:
    results = [
        Result(attempt.points, attempt.max_points)
        for attempt in attempts
        if attempt.points is not None
    ]
    return QuizState(
        quiz=quiz,
        question_count=quiz.question_count,
        best=best_of(results),
        taken=len(attempts),
        is_running=any(attempt.state == AttemptState.OPEN for attempt in attempts),
        done=is_quiz_done(quiz, results),
    )


def _submissions_by_assignment(user: Person, keys: Collection[int]) -> dict[int, Submission]:
    if not isinstance(user, User) or not keys:
        return {}
    mine = Submission.objects.filter(student=user, assignment__in=keys)
    return {submission.assignment_id: submission for submission in mine}


def _released_grades(user: Person, submissions: Collection[int]) -> dict[int, Grade]:
    if not isinstance(user, User) or not submissions:
        return {}
    mine = Grade.objects.filter(student=user, item__released=True, item__assignment__in=submissions)
    return {
        grade.item.assignment_id: grade
        for grade in mine.select_related("item")
        if grade.item.assignment_id is not None
    }


def _assignment_state(
    assignment: Assignment, submission: Submission | None, grade: Grade | None
) -> AssignmentState:
    return AssignmentState(
        assignment=assignment,
        submission=submission,
        grade=grade,
        done=is_assignment_done(assignment.completion, submission.state if submission else None),
    )
