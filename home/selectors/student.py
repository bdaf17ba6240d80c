"""What a student's dashboard shows, in a bounded number of queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from assessments.grading import percentage
from assessments.models import Assignment, Attempt, Grade, Quiz, Submission
from assessments.selectors.course_work import list_hidden_work
from assessments.selectors.placements import activity_of
from learning.models import CoursePage, CourseTeam, Enrollment, LessonCompletion
from learning.selectors.outline import get_percent
from learning.selectors.placements import Activity
from learning.selectors.structure import CourseStructure, LessonEntry, get_structures

COURSES_SHOWN = 12
ROWS_SHOWN = 6
DUE_WITHIN = timedelta(days=21)

Hidden = Mapping[int, Collection[Activity]]


@dataclass(frozen=True)
class CourseCard:
    """One course of mine: how far I am and what comes next."""

    course: CoursePage
    enrollment: Enrollment
    percent: int
    next_lesson: LessonEntry | None

    @property
    def teachers(self) -> list[str]:
        return [row.user.display_name for row in self.course.team.all()]


@dataclass(frozen=True)
class DueWork:
    """A piece of work that waits, soonest first."""

    title: str
    url: str
    course_title: str
    due: datetime
    late: bool
    minutes: int | None = None

    @property
    def days_left(self) -> int:
        """Whole days from today to the due day, in the reader's time zone."""
        return (timezone.localtime(self.due).date() - timezone.localdate()).days


@dataclass(frozen=True)
class StudentDashboard:
    """`due` shows the first of `due_count`; `last_percent` is the newest grade's.

    `grades` carry `quiz_is_there`: their quiz, if it is one, can be opened.
    """

    cards: Sequence[CourseCard]
    course_count: int
    continue_card: CourseCard | None
    due: Sequence[DueWork]
    due_count: int
    grades: Sequence[Grade]
    lessons_this_week: int
    last_percent: Decimal | None


def get_student_dashboard(student: AbstractBaseUser) -> StudentDashboard:
    """Everything on the page, the same number of queries for 1 or 12 courses."""
    enrollments = Enrollment.objects.reading().filter(student_id=student.pk)
    enrollments = enrollments.filter(course__in=CoursePage.objects.visible())
    courses = list(CoursePage.objects.filter(pk__in=enrollments.values("course_id")))
    hidden = list_hidden_work(courses)
    due = _list_due(student, courses, hidden)
    grades = _list_grades(student, courses, hidden)
    week = timezone.now() - timedelta(days=7)
    done = LessonCompletion.objects.filter(
        enrollment__student_id=student.pk, completed_at__gte=week
    )
    cards = _get_cards(enrollments)
    return StudentDashboard(
        cards=cards,
        course_count=len(courses),
        continue_card=next((card for card in cards if card.next_lesson), None),
        due=_nearest(due),
        due_count=len(due),
        grades=grades,
        lessons_this_week=done.count(),
        last_percent=_percent_of(grades[0]) if grades else None,
    )


def _get_cards(enrollments: QuerySet[Enrollment]) -> list[CourseCard]:
    team = CourseTeam.objects.in_force().filter(role="lead").select_related("user")
    recent = list(
        enrollments.select_related("course__subject", "course__picture")
        .prefetch_related(Prefetch("course__team", queryset=team))
        .order_by("state", "-last_seen_at", "-pk")[:COURSES_SHOWN]
    )
    structures = get_structures([enrollment.course for enrollment in recent])
    rows = LessonCompletion.objects.filter(enrollment__in=recent)
    done: dict[int, set[int]] = {}
    for enrollment_id, lesson_id in rows.values_list("enrollment_id", "lesson_id"):
        done.setdefault(enrollment_id, set()).add(lesson_id)
    return [
        CourseCard(
            course=enrollment.course,
            enrollment=enrollment,
            percent=get_percent(enrollment.lessons_done, enrollment.course.required_count),
            next_lesson=_next_lesson(
                structures[enrollment.course_id], done.get(enrollment.pk, set())
            ),
        )
        for enrollment in recent
    ]


def _next_lesson(structure: CourseStructure, done: set[int]) -> LessonEntry | None:
    return next((lesson for lesson in structure.lessons if lesson.id not in done), None)


def _percent_of(grade: Grade) -> Decimal | None:
    if grade.points is None or not grade.max_points:
        return None
    return percentage(grade.points, grade.max_points)


def _list_grades(
    student: AbstractBaseUser, courses: Sequence[CoursePage], hidden: Hidden
) -> list[Grade]:
    released = Grade.objects.filter(item__released=True, points__isnull=False)
    mine = released.filter(student_id=student.pk, item__course__in=courses)
    unseen = [pk for works in hidden.values() for kind, pk in works if kind == "quiz"]
    there = Quiz.objects.published().filter(pk=OuterRef("item__quiz")).exclude(pk__in=unseen)
    shown = mine.annotate(quiz_is_there=Exists(there)).select_related("item__course")
    return list(shown.order_by("-graded_at")[:ROWS_SHOWN])


def _list_due(
    student: AbstractBaseUser, courses: Sequence[CoursePage], hidden: Hidden
) -> list[DueWork]:
    """Assignments that are due, late ones too, and quizzes that close, without what is done and
    what stands in no lesson that one can read. Soonest first.
    """
    now = timezone.now()
    handed_in = Submission.objects.filter(student_id=student.pk).values("assignment_id")
    taken = Attempt.objects.filter(student_id=student.pk, state="submitted").values("quiz_id")
    assignments = _open_work(Assignment.objects.published(), courses, now)
    quizzes = _open_work(Quiz.objects.published(), courses, now)
    soon = now + DUE_WITHIN
    found = [
        *assignments.filter(due_at__lte=soon).exclude(pk__in=handed_in),
        *quizzes.filter(closes_at__lte=soon).exclude(pk__in=taken),
    ]
    rows = [_describe(work, now) for work in found if not _is_hidden(work, hidden)]
    return sorted(rows, key=lambda row: row.due)


def _nearest(rows: Sequence[DueWork]) -> list[DueWork]:
    """What is due next and what has just become late: nothing crowds out what can still be done."""
    now = timezone.now()
    near = sorted(rows, key=lambda row: abs(row.due - now))[:ROWS_SHOWN]
    return sorted(near, key=lambda row: row.due)


def _open_work(work: QuerySet[Any], courses: Sequence[CoursePage], now: datetime) -> QuerySet[Any]:
    open_now = work.filter(course__in=courses).exclude(opens_at__gt=now)
    return open_now.exclude(closes_at__lt=now).select_related("course")


def _is_hidden(work: Quiz | Assignment, hidden: Hidden) -> bool:
    return activity_of(work) in hidden[work.course_id]


def _describe(work: Quiz | Assignment, now: datetime) -> DueWork:
    due: Any = work.closes_at if isinstance(work, Quiz) else work.due_at
    return DueWork(
        title=work.title,
        url=work.get_absolute_url(),
        course_title=work.course.title,
        due=due,
        late=due < now,
        minutes=work.time_limit if isinstance(work, Quiz) else None,
    )
