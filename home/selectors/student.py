"""What a student's dashboard shows, in a bounded number of queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from accounts.models import User
from assessments.grading import percentage
from assessments.models import Grade
from learning.access import get_accesses
from learning.memberships import Membership
from learning.models import Activity, CoursePage, CourseTeam, Enrollment, LessonCompletion
from learning.selectors.activities import get_states
from learning.selectors.continuation import find_continue_lessons, get_marks
from learning.selectors.outline import get_percent
from learning.selectors.placements import Placed
from learning.selectors.structure import LessonEntry, get_structures
from learning.windows import windows_for

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

    `grades` carry `can_be_opened`: the student still finds what was graded.
    """

    cards: Sequence[CourseCard]
    course_count: int
    continue_card: CourseCard | None
    due: Sequence[DueWork]
    due_count: int
    grades: Sequence[Grade]
    lessons_this_week: int
    last_percent: Decimal | None


def get_student_dashboard(student: User) -> StudentDashboard:
    """Everything on the page, the same number of queries for 1 or 12 courses."""
    now = timezone.now()
    reading = Enrollment.objects.reading().filter(student_id=student.pk)
    enrollments = reading.filter(course__in=CoursePage.objects.visible())
    courses = {row.course_id: row for row in enrollments.select_related("course")}
    memberships = {pk: Membership(enrollment=row) for pk, row in courses.items()}
    soon = _list_soon(courses, now)
    grades = _list_grades(student, courses)
    activities = [*soon, *(grade.item.activity for grade in grades if grade.item.activity)]
    found = get_accesses(student, activities, now, memberships)
    accesses = {one.pk: access for one, access in zip(activities, found, strict=True)}
    for grade in grades:
        access = accesses.get(grade.item.activity_id)
        grade.can_be_opened = access is not None and access.is_there  # type: ignore[attr-defined]
    due = _list_due(student, [one for one in soon if accesses[one.pk].is_open], now)
    week = now - timedelta(days=7)
    done = LessonCompletion.objects.filter(
        enrollment__student_id=student.pk, completed_at__gte=week
    )
    cards = _get_cards(student, enrollments, now)
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


def _get_cards(student: User, enrollments: QuerySet[Enrollment], now: datetime) -> list[CourseCard]:
    team = CourseTeam.objects.leading().select_related("user")
    recent = list(
        enrollments.select_related("course__subject", "course__picture")
        .prefetch_related(Prefetch("course__team", queryset=team))
        .order_by("state", "-last_seen_at", "-pk")[:COURSES_SHOWN]
    )
    structures = get_structures([enrollment.course for enrollment in recent])
    following = find_continue_lessons(student, recent, structures, get_marks(recent), now)
    return [
        CourseCard(
            course=enrollment.course,
            enrollment=enrollment,
            percent=get_percent(enrollment.lessons_done, enrollment.course.required_count),
            next_lesson=following[enrollment.pk],
        )
        for enrollment in recent
    ]


def _percent_of(grade: Grade) -> Decimal | None:
    if grade.points is None or not grade.max_points:
        return None
    return percentage(grade.points, grade.max_points)


def _list_grades(student: User, course_ids: Collection[int]) -> list[Grade]:
    released = Grade.objects.filter(item__released=True, points__isnull=False)
    mine = released.filter(student_id=student.pk, item__course__in=course_ids)
    newest = mine.select_related("item__activity__course", "item__course").order_by("-graded_at")
    return list(newest[:ROWS_SHOWN])


def _list_soon(course_ids: Collection[int], now: datetime) -> list[Activity]:
    """Published activities that are due or close soon, late ones too."""
    soon = Activity.objects.published().filter(course__in=course_ids).ending_by(now + DUE_WITHIN)
    return list(soon.select_related("course").order_by("pk"))


def _list_due(student: User, found: Sequence[Activity], now: datetime) -> list[DueWork]:
    """Of these, those that take work now and at which the student has not worked. Soonest first."""
    windows = windows_for(found, student, now)
    open_now = [one for one in found if windows[one.pk].is_open(now)]
    ends = {pk: window.ends for pk, window in windows.items() if window.ends}
    states = get_states(student, [Placed(one.pk, one.kind) for one in open_now])
    rows = [
        DueWork(
            title=one.title,
            url=states[one.pk].url,
            course_title=one.course.title,
            due=ends[one.pk],
            late=ends[one.pk] < now,
            minutes=states[one.pk].minutes,
        )
        for one in open_now
        if one.pk in states and not states[one.pk].worked
    ]
    return sorted(rows, key=lambda row: row.due)


def _nearest(rows: Sequence[DueWork]) -> list[DueWork]:
    """What is due next and what has just become late: nothing crowds out what can still be done."""
    now = timezone.now()
    near = sorted(rows, key=lambda row: abs(row.due - now))[:ROWS_SHOWN]
    return sorted(near, key=lambda row: row.due)
