"""Where a student continues."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.tests.factories import StudentFactory
from learning.models import CoursePage, Enrollment, LessonCompletion, LessonPage
from learning.registries import Refusal, ReleaseRule, ThingKind, release_rules
from learning.selectors.continuation import find_continue_lessons, get_marks
from learning.selectors.structure import get_structures
from learning.tests.factories import enroll, lessons_of, make_course
from learning.tests.work import hand_in, make_assignment, make_quiz

if TYPE_CHECKING:
    from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> CoursePage:
    """Three lessons: first, second, third."""
    course = make_course(lessons=3)
    for lesson, title in zip(lessons_of(course), ("first", "second", "third"), strict=True):
        lesson.title = title
        lesson.save_revision().publish()
    return course


@pytest.fixture
def enrollment(course: CoursePage) -> Enrollment:
    return enroll(StudentFactory(), course)


def lesson_called(title: str) -> LessonPage:
    return LessonPage.objects.get(title=title)


def complete(enrollment: Enrollment, *titles: str) -> None:
    for title in titles:
        LessonCompletion.objects.create(
            enrollment=enrollment, lesson=lesson_called(title), how="marked"
        )


def place(title: str, *activities: object) -> None:
    lesson = lesson_called(title)
    lesson.body = [("activity", {"activity": one}) for one in activities]
    lesson.save_revision().publish()


def continue_at(*enrollments: Enrollment) -> str | None:
    rows = list(Enrollment.objects.filter(pk__in=[one.pk for one in enrollments]))
    structures = get_structures([row.course for row in rows])
    found = find_continue_lessons(rows[0].student, rows, structures, get_marks(rows))
    lesson = found[enrollments[0].pk]
    return lesson.title if lesson else None


def test_student_who_has_not_begun_starts_with_the_first_lesson(enrollment: Enrollment) -> None:
    assert continue_at(enrollment) == "first"


def test_student_continues_where_they_were(enrollment: Enrollment) -> None:
    Enrollment.objects.update(last_lesson=lesson_called("third"))
    assert continue_at(enrollment) == "third"


def test_student_who_has_done_their_last_lesson_continues_with_the_first_that_is_not(
    enrollment: Enrollment,
) -> None:
    Enrollment.objects.update(last_lesson=lesson_called("third"))
    complete(enrollment, "first", "third")
    assert continue_at(enrollment) == "second"


def test_student_who_has_done_all_continues_nowhere(enrollment: Enrollment) -> None:
    complete(enrollment, "first", "second", "third")
    assert continue_at(enrollment) is None


def test_last_lesson_that_was_unpublished_is_passed_over(enrollment: Enrollment) -> None:
    Enrollment.objects.update(last_lesson=lesson_called("third"))
    lesson_called("third").unpublish()
    assert continue_at(enrollment) == "first"


def test_locked_lesson_is_passed_over(enrollment: Enrollment) -> None:
    locked = lesson_called("first").pk

    class Locks(ReleaseRule):
        kinds = (ThingKind.LESSON,)

        def decide(self, facts, at):
            return Refusal("Later.") if facts["thing"].id == locked else None

    Enrollment.objects.update(last_lesson=locked)
    with release_rules.restored():
        release_rules.register("test", Locks())
        assert continue_at(enrollment) == "second"


@pytest.mark.parametrize(("handed_in", "expected"), [(False, "first"), (True, "second")])
def test_lesson_whose_work_waits_for_a_grade_is_done_for_this_purpose(
    course: CoursePage, enrollment: Enrollment, handed_in: bool, expected: str
) -> None:
    essay = make_assignment(course, completion="graded")
    place("first", essay)
    if handed_in:
        hand_in(essay, enrollment.student)
    assert continue_at(enrollment) == expected


@pytest.mark.parametrize(("other_is_done", "expected"), [(False, "first"), (True, "second")])
def test_lesson_with_other_work_beside_what_waits_is_done_when_that_is(
    course: CoursePage, enrollment: Enrollment, other_is_done: bool, expected: str
) -> None:
    essay, diary = make_assignment(course, completion="graded"), make_assignment(course)
    quiz = make_quiz(course, published=False)
    place("first", essay, diary, quiz)
    hand_in(essay, enrollment.student)
    if other_is_done:
        hand_in(diary, enrollment.student)
        diary.submissions.update(state="graded")
    assert continue_at(enrollment) == expected


def test_work_of_other_students_does_not_count(course: CoursePage, enrollment: Enrollment) -> None:
    essay = make_assignment(course, completion="graded")
    place("first", essay)
    other = enroll(StudentFactory(), course)
    hand_in(essay, other.student)
    complete(other, "second")
    assert continue_at(enrollment) == "first"


def test_many_courses_cost_one_query(
    enrollment: Enrollment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    student: User = enrollment.student
    for _course in range(3):
        enroll(student, make_course(), last_seen_at=timezone.now() - timedelta(days=1))
    rows = list(Enrollment.objects.filter(student=student).select_related("course"))
    structures = get_structures([row.course for row in rows])
    with django_assert_num_queries(1):
        found = find_continue_lessons(student, rows, structures, get_marks(rows))
    assert all(found.values())
    assert len(found) == 4
