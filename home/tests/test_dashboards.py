"""The three dashboards: right figures, the same number of queries whatever the size."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import AdminFactory, StudentFactory, TeacherFactory
from assessments.models import Submission
from assessments.services.attempts import start_attempt, submit_attempt
from assessments.services.grades import item_for, record_grade
from assessments.services.submissions import hand_in
from assessments.tests.factories import make_assignment, make_lesson, make_quiz
from home.selectors.administrator import get_admin_dashboard
from home.selectors.student import get_student_dashboard
from home.selectors.teacher import get_teacher_dashboard
from learning.models import CoursePage
from learning.services.progress import complete_lesson
from learning.tests.factories import CourseTeamFactory, enroll, lessons_of, make_course


@pytest.fixture
def student(db: None) -> User:
    return StudentFactory(first_name="Asha")


@pytest.fixture
def teacher(db: None) -> User:
    return TeacherFactory()


def count_queries(action: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        action()
    return len(queries)


def page_of(user: User, name: str) -> str:
    client = Client()
    client.force_login(user)
    response = client.get(reverse(name))
    assert response.status_code == 200
    return response.content.decode()


def teach(teacher: User) -> CoursePage:
    course = make_course()
    CourseTeamFactory(course=course, user=teacher)
    return course


def test_student_without_courses_is_shown_the_way_to_them(student):
    html = page_of(student, "dashboard_student")

    assert "No course yet" in html
    assert 'href="/courses/"' in html
    assert "Welcome, <bdi>Asha</bdi>" in html


def test_student_sees_progress_next_lesson_and_teacher(student):
    course = make_course(lessons=4)
    CourseTeamFactory(course=course, user__first_name="Meera", user__last_name="Iyer")
    enroll(student, course)
    first, second, *_rest = lessons_of(course)
    complete_lesson(student=student, lesson=first)
    (card,) = get_student_dashboard(student).cards

    assert card.percent == 25
    assert card.next_lesson.id == second.pk
    assert card.teachers == ["Meera Iyer"]
    assert "Welcome back, <bdi>Asha</bdi>" in page_of(student, "dashboard_student")
    assert f"Continue: <bdi>{second.title}</bdi>" in page_of(student, "dashboard_student")


def test_student_no_longer_sees_an_archived_course(student):
    course = make_course()
    enroll(student, course)
    CoursePage.objects.filter(pk=course.pk).update(archived_at=timezone.now())

    assert get_student_dashboard(student).cards == []


def test_student_sees_what_is_due_late_first_and_not_what_is_done(student):
    now = timezone.now()
    course = make_course()
    enroll(student, course)
    make_assignment(course, title="Late", due_at=now - timedelta(days=1))
    make_assignment(course, title="Soon", due_at=now + timedelta(days=3))
    make_assignment(course, title="Far", due_at=now + timedelta(days=90))
    make_assignment(course, title="Draft", due_at=now + timedelta(days=3), published=False)
    done = make_assignment(course, title="Done", due_at=now + timedelta(days=3))
    make_quiz(course, title="Quiz", closes_at=now + timedelta(days=2))
    hand_in(assignment=done, student=student, text="Here it is.", files=[])
    due = get_student_dashboard(student).due

    assert [row.title for row in due] == ["Late", "Quiz", "Soon"]
    assert due[0].late


def test_student_sees_what_is_due_next_beside_much_that_is_late(student):
    now = timezone.now()
    course = make_course()
    enroll(student, course)
    for days in range(10, 18):
        make_assignment(course, title=f"Late {days}", due_at=now - timedelta(days=days))
    make_assignment(course, title="Next", due_at=now + timedelta(days=1))
    dashboard = get_student_dashboard(student)

    assert len(dashboard.due) == 6
    assert dashboard.due[-1].title == "Next"
    assert dashboard.due_count == 9


def test_student_sees_no_work_of_a_hidden_module_as_due(student):
    course = make_course()
    enroll(student, course)
    soon = timezone.now() + timedelta(days=1)
    hidden = make_assignment(course, title="Hidden", due_at=soon)
    make_lesson(course, hidden, module_live=False)

    assert get_student_dashboard(student).due == []


def test_student_sees_no_link_to_a_quiz_that_was_taken_back(student):
    course = make_course()
    enroll(student, course)
    quiz = make_quiz(course)
    item = item_for(quiz)
    record_grade(item=item, student=student, points=1, by=None)
    assert f'href="{quiz.get_absolute_url()}"' in page_of(student, "dashboard_student")
    type(quiz).objects.filter(pk=quiz.pk).update(published=False)
    page = page_of(student, "dashboard_student")

    assert quiz.title in page
    assert f'href="{quiz.get_absolute_url()}"' not in page


def test_student_sees_no_link_to_a_quiz_whose_lesson_is_hidden(student):
    course = make_course()
    enroll(student, course)
    quiz = make_quiz(course)
    make_lesson(course, quiz, module_live=False)
    record_grade(item=item_for(quiz), student=student, points=1, by=None)
    page = page_of(student, "dashboard_student")

    assert quiz.title in page
    assert f'href="{quiz.get_absolute_url()}"' not in page


def test_student_reads_the_same_percentage_as_on_the_result(student):
    course = make_course()
    enroll(student, course)
    item = item_for(make_assignment(course, max_points=250))
    record_grade(item=item, student=student, points=124, by=TeacherFactory())

    assert str(get_student_dashboard(student).last_percent) == "49.6"
    assert "49.6 %" in page_of(student, "dashboard_student")


def test_student_sees_released_results_only(student):
    course = make_course()
    enroll(student, course)
    shown, hidden = make_assignment(course, title="Shown"), make_assignment(course, title="Hidden")
    teacher = TeacherFactory()
    for work in (shown, hidden):
        item = item_for(work)
        item.released = work is shown
        item.save()
        record_grade(item=item, student=student, points=17, by=teacher, feedback="Look closer.")
    dashboard = get_student_dashboard(student)

    assert [grade.item.title for grade in dashboard.grades] == ["Shown"]
    assert dashboard.last_percent == 17


def test_student_dashboard_takes_the_same_queries_for_3_and_11_courses(student):
    enroll(student, make_course())
    get_student_dashboard(student)
    counts = []
    for more in (2, 8):
        for _number in range(more):
            course = make_course()
            enroll(student, course)
            make_assignment(course, due_at=timezone.now() + timedelta(days=2))
        counts.append(count_queries(lambda: get_student_dashboard(student)))

    assert counts[0] == counts[1]


def test_teacher_without_courses_is_shown_the_editor(teacher):
    html = page_of(teacher, "dashboard_teacher")

    assert "No course yet" in html
    assert f"Welcome, <bdi>{teacher.first_name}</bdi>" in html
    assert reverse("wagtailadmin_home") in html


def test_teacher_sees_own_courses_only_with_their_figures(teacher):
    course, foreign = teach(teacher), teach(TeacherFactory())
    student = StudentFactory()
    enroll(student, course)
    enroll(StudentFactory(), foreign)
    complete_lesson(student=student, lesson=lessons_of(course)[0])
    hand_in(assignment=make_assignment(course), student=student, text="My essay", files=[])
    dashboard = get_teacher_dashboard(teacher)
    (row,) = dashboard.courses

    assert (row.pk, row.enrolled, round(row.average), row.waiting) == (course.pk, 1, 50, 1)
    assert dashboard.enrollment_count == 1
    assert [one.student for one in dashboard.queue] == [student]
    page = page_of(teacher, "dashboard_teacher")
    assert foreign.title not in page
    assert f"<bdi>{student.display_name}</bdi> · " in page


@pytest.mark.parametrize(("role", "seen"), [("grader", True), ("designer", False)])
def test_teacher_when_their_role_sees_no_records_is_told_no_figures_of_learners(
    teacher, role, seen
):
    CourseTeamFactory(course=make_course(), user=teacher, role=role)
    html = page_of(teacher, "dashboard_teacher")
    assert "My courses" in html
    for words in ("<dt>Enrollments</dt>", "No results yet.", "Everything has been graded."):
        assert (words in html) is seen


def test_teacher_is_led_to_the_oldest_submission(teacher):
    course = teach(teacher)
    for name in ("first", "second"):
        student = enroll(StudentFactory(username=name), course).student
        hand_in(assignment=make_assignment(course), student=student, text=name, files=[])
    oldest = Submission.objects.order_by("submitted_at")[0]

    assert reverse("submission_grade", args=[oldest.pk]) in page_of(teacher, "dashboard_teacher")
    assert get_teacher_dashboard(teacher).waiting_count == 2


def test_teacher_dashboard_takes_the_same_queries_for_2_and_8_courses(teacher):
    counts = []
    for more in (2, 6):
        for _number in range(more):
            course = teach(teacher)
            student = enroll(StudentFactory(), course).student
            hand_in(assignment=make_assignment(course), student=student, text="Work", files=[])
            submit_attempt(attempt=start_attempt(quiz=make_quiz(course), student=student))
        page_of(teacher, "dashboard_teacher")
        client = Client()
        client.force_login(teacher)
        counts.append(count_queries(lambda: client.get(reverse("dashboard_teacher"))))  # noqa: B023

    assert counts[0] == counts[1]


def test_admin_sees_how_the_academy_is_doing(teacher):
    course = teach(teacher)
    enroll(StudentFactory(), course)
    make_course(live=False)
    dashboard = get_admin_dashboard(AdminFactory())

    assert dashboard.courses == {"open": 1, "drafts": 1, "archived": 0}
    assert dashboard.people["students"] == 1
    assert dashboard.enrolled_this_week == 1
    assert "<small>1 draft</small>" in page_of(AdminFactory(), "dashboard_admin")


def test_admin_sees_how_far_the_students_of_a_course_are(teacher):
    course = teach(teacher)
    student = enroll(StudentFactory(), course).student
    first, *rest = lessons_of(course)
    complete_lesson(student=student, lesson=first)
    (row,) = get_admin_dashboard(AdminFactory()).newest_courses

    assert (row.enrolled, round(row.average)) == (1, round(100 / (1 + len(rest))))
    assert course.title in page_of(AdminFactory(), "dashboard_admin")


def test_admin_finds_what_waits_for_moderation(teacher):
    course = teach(teacher)
    lesson = lessons_of(course)[0]
    lesson.title = "A title that is new"
    lesson.save_revision(user=teacher)
    lesson.get_workflow().start(lesson, teacher)
    html = page_of(AdminFactory(), "dashboard_admin")

    assert "A title that is new" in html
    assert reverse("wagtailadmin_pages:edit", args=[lesson.pk]) in html
    assert f" · <bdi>{teacher.display_name}</bdi> · " in html


def test_admin_dashboard_takes_the_same_queries_for_2_and_10_of_everything(teacher):
    counts = []
    for more in (2, 8):
        for _number in range(more):
            course = teach(teacher)
            enroll(StudentFactory(), course)
            lesson = lessons_of(course)[0]
            lesson.save_revision(user=teacher)
            lesson.get_workflow().start(lesson, teacher)
        client = Client()
        client.force_login(AdminFactory())
        client.get(reverse("dashboard_admin"))
        counts.append(count_queries(lambda: client.get(reverse("dashboard_admin"))))  # noqa: B023

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("factory", "name"),
    [
        (StudentFactory, "dashboard_student"),
        (TeacherFactory, "dashboard_teacher"),
        (AdminFactory, "dashboard_admin"),
    ],
)
def test_dashboard_leads_to_the_one_of_the_role(client, db, factory, name):
    client.force_login(factory())

    assert client.get(reverse("dashboard"))["Location"] == reverse(name)


def test_landing_page_shows_open_courses_with_their_teachers(client, teacher):
    shown, archived = teach(teacher), teach(teacher)
    CoursePage.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    html = client.get("/").content.decode()

    assert shown.title in html
    assert archived.title not in html


def test_landing_page_without_courses_is_friendly(client, db):
    assert "being written" in client.get("/").content.decode()
