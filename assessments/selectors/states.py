"""The state of work as one person sees it: on the slip in a lesson, and in the course's list."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from assessments.grading import Result, best_of, has_passed
from assessments.models import Assignment, Attempt, Quiz, Submission
from assessments.models.assignments import AssignmentCompletion, SubmissionState
from assessments.models.attempts import AttemptState
from assessments.models.quizzes import QuizCompletion
from assessments.selectors.quizzes import question_count
from core.numbers import format_count, format_minutes, format_percent, format_points
from learning.memberships import Person
from learning.schedule import Window
from learning.windows import windows_for

Points = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class QuizState:
    """A quiz and what one student made of it."""

    quiz: Quiz
    window: Window
    question_count: int
    best: Result | None
    taken: int
    handed_in: bool
    is_running: bool
    done: bool

    @property
    def progress(self) -> str:
        """As `ActivityState.progress` has it."""
        if self.is_running:
            return "running"
        return "waiting" if self.handed_in and self.best is None else ""

    @property
    def note(self) -> str:
        """The state in a few words: what came out, or what awaits one."""
        if self.is_running:
            return _("Under way")
        if self.progress:
            return _("Handed in")
        if self.best is not None:
            return _("Best result: %(percent)s") % {"percent": format_percent(self.best.percentage)}
        questions = ngettext("%(count)s question", "%(count)s questions", self.question_count) % {
            "count": format_count(self.question_count)
        }
        if self.window.minutes is None:
            return questions
        return _("%(questions)s, %(time)s") % {
            "questions": questions,
            "time": format_minutes(self.window.minutes),
        }


@dataclass(frozen=True)
class AssignmentState:
    """An assignment and what one student handed in. `points` only where they are released."""

    assignment: Assignment
    window: Window
    submission: Submission | None
    points: Decimal | None
    out_of: Decimal | None
    done: bool

    @property
    def note(self) -> str:
        if self.points is not None and self.out_of is not None:
            return _("Graded: %(points)s of %(max)s") % {
                "points": format_points(self.points),
                "max": format_points(self.out_of),
            }
        return _("Handed in") if self.submission is not None else _("To hand in")


def list_quiz_states(user: Person, quizzes: QuerySet[Quiz]) -> list[QuizState]:
    """One query, however many quizzes and attempts there are: a row for each attempt."""
    rows = quizzes.annotate(question_count=question_count("pk"))
    if isinstance(user, User):
        mine = FilteredRelation("attempts", condition=Q(attempts__student=user))
        rows = rows.annotate(mine=mine).select_related("mine")
    found: dict[int, Quiz] = {}
    attempts: defaultdict[int, list[Attempt]] = defaultdict(list)
    for quiz in rows:
        found.setdefault(quiz.pk, quiz)
        if (attempt := getattr(quiz, "mine", None)) is not None:
            attempts[quiz.pk].append(attempt)
    windows = windows_for(list(found.values()), user)
    return [_quiz_state(quiz, windows[pk], attempts[pk]) for pk, quiz in found.items()]


def list_assignment_states(
    user: Person, assignments: QuerySet[Assignment]
) -> list[AssignmentState]:
    """One query, however many assignments there are."""
    if isinstance(user, User):
        mine = FilteredRelation("submissions", condition=Q(submissions__student=user))
        graded = FilteredRelation(
            "grade_item__grades",
            condition=Q(grade_item__grades__student=user, grade_item__released=True),
        )
        assignments = assignments.annotate(mine=mine, graded=graded).select_related("mine")
        assignments = assignments.annotate(
            points=F("graded__points"), out_of=F("graded__max_points")
        )
    found = list(assignments)
    windows = windows_for(found, user)
    return [_assignment_state(assignment, windows[assignment.pk]) for assignment in found]


def _quiz_state(quiz: Quiz, window: Window, attempts: Collection[Attempt]) -> QuizState:
    results = [
        Result(attempt.points, attempt.max_points)
        for attempt in attempts
        if attempt.state == AttemptState.GRADED and attempt.points is not None
    ]
    handed_in = any(attempt.state != AttemptState.OPEN for attempt in attempts)
    return QuizState(
        quiz=quiz,
        window=window,
        question_count=quiz.question_count,
        best=best_of(results),
        taken=len(attempts),
        handed_in=handed_in,
        is_running=any(attempt.state == AttemptState.OPEN for attempt in attempts),
        done=is_quiz_done(quiz, results, handed_in=handed_in),
    )


def _assignment_state(assignment: Assignment, window: Window) -> AssignmentState:
    submission = getattr(assignment, "mine", None)
    return AssignmentState(
        assignment=assignment,
        window=window,
        submission=submission,
        points=getattr(assignment, "points", None),
        out_of=getattr(assignment, "out_of", None),
        done=is_assignment_done(assignment.completion, submission.state if submission else None),
    )


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
