"""What a student's dashboard shows, in a bounded number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from assessments.models import Assignment, Attempt, Grade, Quiz, Submission
from learning.models import CoursePage, CourseTeam, Enrollment, LessonCompletion
from learning.selectors.outline import get_percent
from learning.selectors.structure import CourseStructure, LessonEntry, get_structures

COURSES_SHOWN = 12
ROWS_SHOWN = 6
DUE_WITHIN = timedelta(days=21)


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
    url_name: str
    pk: int
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
    cards: Sequence[CourseCard]
    course_count: int
    continue_card: CourseCard | None
    due: Sequence[DueWork]
    grades: Sequence[Grade]
    lessons_this_week: int
    last_percent: int | None


def get_student_dashboard(student: AbstractBaseUser) -> StudentDashboard:
    """Everything on the page, the same number of queries for 1 or 12 courses."""
    enrollments = Enrollment.objects.reading().filter(student_id=student.pk)
    enrollments = enrollments.filter(course__in=CoursePage.objects.visible())
    cards = _get_cards(enrollments)
    course_ids = list(enrollments.values_list("course_id", flat=True))
    grades = list(
        Grade.objects.filter(student_id=student.pk, item__released=True, points__isnull=False)
        .select_related("item__course")
        .order_by("-graded_at")[:ROWS_SHOWN]
    )
    week = timezone.now() - timedelta(days=7)
    done = LessonCompletion.objects.filter(
        enrollment__student_id=student.pk, completed_at__gte=week
    )
    return StudentDashboard(
        cards=cards,
        course_count=len(course_ids),
        continue_card=next((card for card in cards if card.next_lesson), None),
        due=_get_due(student, course_ids),
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


def _percent_of(grade: Grade) -> int | None:
    if grade.points is None or not grade.max_points:
        return None
    return round(grade.points / grade.max_points * 100)


def _get_due(student: AbstractBaseUser, course_ids: Sequence[int]) -> list[DueWork]:
    """Assignments that are due, late ones too, and quizzes that close, without what is done."""
    now = timezone.now()
    done = Submission.objects.filter(student_id=student.pk).values("assignment_id")
    assignments = (
        _open_work(Assignment.objects.published(), course_ids, now)
        .filter(due_at__lte=now + DUE_WITHIN)
        .exclude(pk__in=done)
        .order_by("due_at")[:ROWS_SHOWN]
    )
    taken = Attempt.objects.filter(student_id=student.pk, state="submitted").values("quiz_id")
    quizzes = (
        _open_work(Quiz.objects.published(), course_ids, now)
        .filter(closes_at__lte=now + DUE_WITHIN)
        .exclude(pk__in=taken)
        .order_by("closes_at")[:ROWS_SHOWN]
    )
    rows = [_describe("assignment", work, work.due_at, now) for work in assignments]
    rows += [_describe("quiz", work, work.closes_at, now) for work in quizzes]
    return sorted(rows, key=lambda row: row.due)[:ROWS_SHOWN]


def _open_work(work: QuerySet[Any], course_ids: Sequence[int], now: datetime) -> QuerySet[Any]:
    open_now = work.filter(course_id__in=course_ids).exclude(opens_at__gt=now)
    return open_now.exclude(closes_at__lt=now).select_related("course")


def _describe(url_name: str, work: Any, due: datetime, now: datetime) -> DueWork:
    return DueWork(
        title=work.title,
        url_name=url_name,
        pk=work.pk,
        course_title=work.course.title,
        due=due,
        late=due < now,
        minutes=getattr(work, "time_limit", None),
    )
