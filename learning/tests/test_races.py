"""What two can do at the same moment, in real transactions."""

from functools import partial

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.test import Client

from accounts.models import User
from accounts.services.people import deactivate_person
from accounts.tests.factories import AdminFactory, StudentFactory
from core.jobs import run_due_jobs
from core.tests.races import at_once
from learning.models import (
    CoursePage,
    Enrollment,
    EnrollmentCount,
    EnrollmentEvent,
    LessonCompletion,
    LessonPage,
)
from learning.services import progress
from learning.services.counts import rebuild_counts
from learning.services.enrollment import enroll_student, leave_course
from learning.services.progress import complete_lesson, recount_course
from learning.tests.factories import enroll, lessons_of, make_course

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

AT_ONCE = 8


@pytest.fixture
def course() -> CoursePage:
    return make_course(lessons=4)


def test_student_who_enrolls_twice_at_once_is_in_once(course: CoursePage) -> None:
    student = StudentFactory()
    rows = at_once(*[lambda: enroll_student(student=student, course=course)] * AT_ONCE)
    assert len({row.pk for row in rows}) == 1
    assert Enrollment.objects.get().state == "active"
    assert EnrollmentEvent.objects.count() == 1


def test_enroll_address_when_clicked_twice_at_once_answers_both(course: CoursePage) -> None:
    client = Client()
    client.force_login(StudentFactory())
    cookies = client.cookies

    def click() -> int:
        other = Client()
        other.cookies = cookies
        return other.post(f"/learning/courses/{course.pk}/enroll/").status_code

    assert set(at_once(*[click] * AT_ONCE)) == {303}
    assert Enrollment.objects.count() == 1


def test_lesson_that_is_completed_twice_at_once_counts_once(course: CoursePage) -> None:
    student = enroll(StudentFactory(), course).student
    lesson = lessons_of(course)[0]
    at_once(*[lambda: complete_lesson(student=student, lesson=lesson)] * AT_ONCE)
    assert LessonCompletion.objects.count() == 1
    assert Enrollment.objects.get().lessons_done == 1


def test_lessons_that_are_completed_at_once_all_count(course: CoursePage) -> None:
    student = enroll(StudentFactory(), course).student
    calls = [
        lambda lesson=lesson: complete_lesson(student=student, lesson=lesson)
        for lesson in lessons_of(course)
    ]
    at_once(*calls)
    enrollment = Enrollment.objects.get()
    assert (enrollment.lessons_done, enrollment.state) == (4, "completed")


def test_recount_while_lessons_are_completed_loses_none(course: CoursePage) -> None:
    students = [enroll(StudentFactory(), course).student for _ in range(4)]
    for lesson in lessons_of(course):
        calls = [
            lambda student=student, lesson=lesson: complete_lesson(student=student, lesson=lesson)
            for student in students
        ]
        at_once(*calls, lambda: recount_course(course.pk), lambda: recount_course(course.pk))
    figures = set(Enrollment.objects.values_list("lessons_done", "state"))
    assert figures == {(4, "completed")}
    completed = EnrollmentEvent.objects.filter(new_state="completed")
    assert completed.count() == len(students)


def test_required_lessons_that_change_while_students_complete_them_are_counted_right(
    course: CoursePage,
) -> None:
    """Publishing, completing and counting at the same moment: in the end all figures are right."""
    students = [enroll(StudentFactory(), course).student for _ in range(4)]
    lessons = lessons_of(course)

    def toggle() -> None:
        page = LessonPage.objects.get(pk=lessons[0].pk)
        page.unpublish()
        page.save_revision().publish()
        page.refresh_from_db()
        page.unpublish()

    def complete(student: User) -> None:
        for lesson in lessons[1:]:
            complete_lesson(student=student, lesson=lesson)

    def work() -> None:
        for _round in range(20):
            run_due_jobs(queue="heavy")

    at_once(*[partial(complete, student) for student in students], toggle, work, work)
    run_due_jobs()
    stored = Enrollment.objects.values_list("lessons_done", "state")
    assert set(stored) == {(3, "completed")}
    assert EnrollmentEvent.objects.filter(new_state="completed").count() == len(students)


def test_recount_of_a_class_locks_nobody_for_longer_than_its_chunk(
    course: CoursePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "CHUNK", 2)
    for _number in range(4):
        enroll(StudentFactory(), course)
    steps = progress.recount_in_steps(course.pk)
    next(steps)
    rows = Enrollment.objects.order_by("pk")
    assert at_once(partial(_lock_all_without_waiting, rows)) == [4]
    steps.close()


def _lock_all_without_waiting(rows: QuerySet[Enrollment]) -> int:
    with transaction.atomic():
        return len(rows.select_for_update(nowait=True))


def _sums(course: CoursePage) -> tuple[int, int]:
    counts = EnrollmentCount.objects.filter(course=course)
    found = counts.aggregate(students=Sum("students"), lessons=Sum("lessons_done"))
    return found["students"], found["lessons"]


def test_counts_when_people_come_learn_and_go_at_once_are_right(course: CoursePage) -> None:
    others = [make_course(lessons=0) for _ in range(3)]
    come = [StudentFactory() for _ in range(10)]
    stay = [enroll(StudentFactory(), course).student for _ in range(6)]
    by = AdminFactory()
    for student in stay:
        for other in others:
            enroll(student, other)
    lesson = lessons_of(course)[0]
    at_once(
        *[partial(enroll_student, student=student, course=course) for student in come],
        *[partial(complete_lesson, student=student, lesson=lesson) for student in stay],
        *[partial(leave_course, student=student, course=course) for student in stay[:2]],
        *[partial(deactivate_person, user=student, by=by) for student in [*come[:3], *stay[1:4]]],
        partial(recount_course, course.pk),
        partial(rebuild_counts, [course.pk, *(other.pk for other in others)]),
        most=8,
    )
    for one in (course, *others):
        reading = Enrollment.objects.reading().filter(course=one)
        done = sum(reading.values_list("lessons_done", flat=True))
        assert _sums(one) == (reading.count(), done)


def test_student_who_enrolls_while_another_is_enrolling_does_not_wait(course: CoursePage) -> None:
    first, second = StudentFactory(), StudentFactory()

    def enroll_without_waiting() -> int:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '100ms'")
            return enroll_student(student=second, course=course).pk

    with transaction.atomic():
        enroll_student(student=first, course=course)
        assert at_once(enroll_without_waiting, refusals=())
    assert _sums(course) == (2, 0)
