"""What two can do at the same moment, in real transactions."""

import pytest
from django.test import Client

from accounts.tests.factories import StudentFactory
from core.tests.races import at_once
from learning.models import CoursePage, Enrollment, EnrollmentEvent, LessonCompletion
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
