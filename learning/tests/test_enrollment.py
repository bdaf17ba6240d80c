"""Coming into a course and leaving it, by service and by address."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import AdminFactory, StudentFactory, TeacherFactory
from core.errors import Conflict, Forbidden
from learning.models import CoursePage, Enrollment, EnrollmentEvent, ModulePage
from learning.services.enrollment import enroll_student, leave_course
from learning.services.progress import complete_lesson
from learning.signals import student_enrolled
from learning.tests.factories import (
    LessonPageFactory,
    enroll,
    lessons_of,
    make_course,
)

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
JANUARY = datetime(2026, 1, 9, 10, 0, tzinfo=UTC)


def test_student_when_enrolling_is_in_with_one_event() -> None:
    student, course = StudentFactory(), make_course()
    enrollment = enroll_student(student=student, course=course)
    assert (enrollment.state, enrollment.source, enrollment.lessons_done) == ("active", "self", 0)
    event = EnrollmentEvent.objects.get()
    assert (event.old_state, event.new_state, event.actor) == ("", "active", student)


def test_student_when_enrolling_twice_is_in_once() -> None:
    student, course = StudentFactory(), make_course()
    first = enroll_student(student=student, course=course)
    assert enroll_student(student=student, course=course) == first
    assert EnrollmentEvent.objects.count() == 1


def test_floors_above_when_a_student_enrolls_are_told_once() -> None:
    told: list[Enrollment] = []
    student, course = StudentFactory(), make_course()

    def hear(enrollment: Enrollment, **kwargs: object) -> None:
        told.append(enrollment)

    student_enrolled.connect(hear)
    try:
        enroll_student(student=student, course=course)
        enroll_student(student=student, course=course)
    finally:
        student_enrolled.disconnect(hear)
    assert [enrollment.student for enrollment in told] == [student]


def test_student_when_coming_back_finds_everything_done() -> None:
    student, course = StudentFactory(), make_course(lessons=2)
    enroll_student(student=student, course=course)
    for lesson in lessons_of(course):
        complete_lesson(student=student, lesson=lesson)
    leave_course(student=student, course=course)
    back = enroll_student(student=student, course=course)
    assert (back.state, back.lessons_done) == ("completed", 2)
    states = EnrollmentEvent.objects.values_list("new_state", flat=True)
    assert list(states) == ["active", "completed", "withdrawn", "completed"]


def make_former_student(lessons: int) -> Enrollment:
    """Somebody who completed a course in January and left it then."""
    enrollment = enroll_student(student=StudentFactory(), course=make_course(lessons=lessons))
    for lesson in lessons_of(enrollment.course):
        complete_lesson(student=enrollment.student, lesson=lesson)
    Enrollment.objects.update(completed_at=JANUARY)
    return leave_course(student=enrollment.student, course=enrollment.course)


def test_student_who_had_completed_when_coming_back_keeps_the_day() -> None:
    former = make_former_student(lessons=1)
    back = enroll_student(student=former.student, course=former.course)
    assert (back.state, back.completed_at) == ("completed", JANUARY)
    back.refresh_from_db()
    assert (back.state, back.completed_at) == ("completed", JANUARY)


def test_student_who_had_completed_when_a_lesson_was_added_comes_back_with_the_day() -> None:
    former = make_former_student(lessons=1)
    LessonPageFactory(parent=ModulePage.objects.child_of(former.course).get())
    back = enroll_student(student=former.student, course=former.course)
    assert (back.state, back.completed_at) == ("completed", JANUARY)
    back.refresh_from_db()
    assert (back.state, back.completed_at) == ("completed", JANUARY)


def test_student_who_leaves_after_completing_keeps_the_day() -> None:
    former = make_former_student(lessons=1)
    assert (former.state, former.completed_at) == ("withdrawn", JANUARY)


@pytest.mark.parametrize("factory", [TeacherFactory, AdminFactory])
def test_people_who_are_no_students_when_enrolling_are_refused(factory: type) -> None:
    with pytest.raises(Forbidden):
        enroll_student(student=factory(), course=make_course())
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize("change", [{"live": False}, {"archived_at": timezone.now()}])
def test_hidden_course_when_enrolling_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Forbidden):
        enroll_student(student=StudentFactory(), course=make_course(**change))
    assert not Enrollment.objects.exists()


def test_closed_course_when_enrolling_takes_in_nobody_new() -> None:
    course = make_course(enrollment_open=False)
    with pytest.raises(Conflict):
        enroll_student(student=StudentFactory(), course=course)
    assert not Enrollment.objects.exists()
    inside = StudentFactory()
    enroll(inside, course)
    assert enroll_student(student=inside, course=course).state == "active"


def test_closed_course_when_its_team_enrolls_takes_the_student_in() -> None:
    course, teacher = make_course(enrollment_open=False), TeacherFactory()
    enrollment = enroll_student(student=StudentFactory(), course=course, source="team", by=teacher)
    assert enrollment.events.get().actor == teacher


def test_student_when_leaving_twice_has_left_once() -> None:
    student, course = StudentFactory(), make_course()
    enroll_student(student=student, course=course)
    leave_course(student=student, course=course)
    assert leave_course(student=student, course=course).state == "withdrawn"
    assert EnrollmentEvent.objects.filter(new_state="withdrawn").count() == 1


def test_stranger_when_leaving_is_refused() -> None:
    with pytest.raises(Forbidden):
        leave_course(student=StudentFactory(), course=make_course())


# -- Addresses ----------------------------------------------------------------------------------
def test_enroll_address_when_posted_leads_to_the_course(client_of: SignIn) -> None:
    student, course = StudentFactory(), make_course()
    response = client_of(student).post(f"/learning/courses/{course.pk}/enroll/")
    assert (response.status_code, response["Location"]) == (303, course.url)
    assert Enrollment.objects.get().student == student


def test_enroll_address_when_posted_by_script_answers_shortly(client_of: SignIn) -> None:
    client, course = client_of(StudentFactory()), make_course()
    url = f"/learning/courses/{course.pk}/enroll/"
    answers = [client.post(url, headers={"Accept": "application/json"}) for _ in range(2)]
    assert [(a.status_code, a.json()) for a in answers] == [(200, {"state": "active"})] * 2


def test_leave_address_when_posted_leads_to_the_course(client_of: SignIn) -> None:
    student, course = StudentFactory(), make_course()
    enroll(student, course)
    response = client_of(student).post(f"/learning/courses/{course.pk}/leave/")
    assert (response.status_code, response["Location"]) == (303, course.url)
    assert Enrollment.objects.get().state == "withdrawn"


def test_leave_address_when_the_course_is_gone_leads_to_the_catalogue(client_of: SignIn) -> None:
    student, course = StudentFactory(), make_course()
    enroll(student, course)
    CoursePage.objects.update(archived_at=timezone.now())
    response = client_of(student).post(f"/learning/courses/{course.pk}/leave/")
    assert response["Location"] == "/courses/"


def test_closed_course_when_enroll_is_posted_says_why(client_of: SignIn) -> None:
    course = make_course(enrollment_open=False)
    client, url = client_of(StudentFactory()), f"/learning/courses/{course.pk}/enroll/"
    assert client.post(url).status_code == 409
    answer = client.post(url, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()) == (
        409,
        {"detail": ["This course does not take new students now."]},
    )


@pytest.mark.parametrize("action", ["enroll", "leave"])
def test_course_addresses_when_asked_without_right_answer_by_contract(
    client_of: SignIn, action: str
) -> None:
    course = make_course()
    url = f"/learning/courses/{course.pk}/{action}/"
    unknown = f"/learning/courses/{course.pk + 999}/{action}/"
    teacher = client_of(TeacherFactory())
    assert Client().post(url)["Location"] == f"/accounts/login/?next={course.url}"
    assert Client().post(unknown).status_code == 302
    assert teacher.post(url).status_code == 404
    assert client_of(StudentFactory()).post(unknown).status_code == 404
    assert teacher.get(url).status_code == 405
    assert Client(enforce_csrf_checks=True).post(url).status_code == 403


def test_course_page_when_shown_offers_the_one_next_step(client_of: SignIn) -> None:
    student, course = StudentFactory(), make_course(lessons=2)
    steps = {
        "Sign in to enroll": Client(),
        ">Enroll<": client_of(student),
        "Start the first lesson": client_of(enroll(StudentFactory(), course).student),
    }
    for words, client in steps.items():
        page = client.get(course.url).content.decode()
        assert [step for step in steps if step in page] == [words]
    for user in (TeacherFactory(), AdminFactory()):
        page = client_of(user).get(course.url).content.decode()
        assert not [step for step in steps if step in page]
