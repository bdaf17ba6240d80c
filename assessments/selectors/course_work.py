"""The list of a course's work: for students with their state, for the team with the queue."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from assessments.models import Assignment, Attempt, Quiz
from assessments.models.assignments import SubmissionState
from assessments.selectors.states import (
    AssignmentState,
    QuizState,
    list_assignment_states,
    list_quiz_states,
)
from core.errors import NotFound
from learning.models import CoursePage, LessonPage
from learning.querysets import below
from learning.selectors.placements import Activity, activities_in, published_once
from learning.selectors.standing import Person
from learning.selectors.structure import get_structures


@dataclass(frozen=True)
class CourseWork:
    """What one student has to do in a course."""

    quizzes: Sequence[QuizState]
    assignments: Sequence[AssignmentState]

    @property
    def done_count(self) -> int:
        quizzes = sum(state.done for state in self.quizzes)
        return quizzes + sum(state.done for state in self.assignments)

    @property
    def total(self) -> int:
        return len(self.quizzes) + len(self.assignments)


@dataclass(frozen=True)
class TeamWork:
    """A course's work as its team sees it, drafts included.

    Quizzes carry `question_count` and `results_count`; assignments `handed_in`, `waiting` and
    `next_submission`, the key of the one that has waited longest.
    """

    quizzes: Sequence[Quiz]
    assignments: Sequence[Assignment]


def get_course(pk: int) -> CoursePage:
    """A course, whatever its state. Raises `NotFound`, also for numbers beyond the database's."""
    course = CoursePage.objects.filter(id=pk).first()
    if course is None:
        raise NotFound
    return course


def get_course_work(course: CoursePage, user: Person) -> CourseWork:
    """Published work in the order of its dates. Work only in lessons that are hidden is hidden.

    A constant number of queries, whatever the course holds.
    """
    hidden = list_hidden_work([course])[course.pk]
    quizzes = Quiz.objects.published().filter(course=course).exclude(pk__in=_ids("quiz", hidden))
    assignments = (
        Assignment.objects.published()
        .filter(course=course)
        .exclude(pk__in=_ids("assignment", hidden))
    )
    by_due = Coalesce("due_at", "closes_at").asc(nulls_last=True)
    return CourseWork(
        quizzes=list_quiz_states(user, quizzes.order_by("title", "pk")),
        assignments=list_assignment_states(user, assignments.order_by(by_due, "title", "pk")),
    )


def get_team_work(course: CoursePage) -> TeamWork:
    """Two queries. What is archived is left out."""
    results = Attempt.objects.submitted().filter(quiz=OuterRef("pk")).order_by().values("quiz")
    waiting = Q(submissions__state=SubmissionState.SUBMITTED)
    quizzes = Quiz.objects.filter(course=course, archived=False).annotate(
        question_count=Count("slots"),
        results_count=Coalesce(Subquery(results.annotate(n=Count("pk")).values("n")), 0),
    )
    assignments = Assignment.objects.filter(course=course, archived=False).annotate(
        handed_in=Count("submissions"),
        waiting=Count("submissions", filter=waiting),
        next_submission=Min("submissions__pk", filter=waiting),
    )
    return TeamWork(list(quizzes), list(assignments))


def list_hidden_work(courses: Sequence[CoursePage]) -> dict[int, set[Activity]]:
    """By course: work that stands only in lessons which its outline doesn't show, because they or
    their module were unpublished. One query more than the outlines, for any number of courses.
    """
    structures = get_structures(courses)
    shown = [lesson.id for structure in structures.values() for lesson in structure.lessons]
    by_path = {course.path: course.pk for course in courses}
    others = published_once(LessonPage.objects.filter(below(by_path))).exclude(pk__in=shown)
    hidden: dict[int, set[Activity]] = {course.pk: set() for course in courses}
    for lesson in others.only("path", "body"):
        hidden[by_path[lesson.path[: -2 * lesson.steplen]]].update(activities_in(lesson))
    for pk, structure in structures.items():
        hidden[pk].difference_update(a for entry in structure.lessons for a in entry.activities)
    return hidden


def _ids(kind: str, activities: set[Activity]) -> list[int]:
    return [pk for key, pk in activities if key == kind]
