"""What two can do at the same moment, in real transactions."""

from functools import partial

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.test import Client

from accounts.models import User
from accounts.tests.factories import StudentFactory
from core.jobs import run_due_jobs
from core.tests.races import at_once
from learning.models import (
    CoursePage,
    Enrollment,
    EnrollmentEvent,
    LessonCompletion,
    LessonPage,
)
from learning.services import progress
from learning.services.enrollment import enroll_student
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
