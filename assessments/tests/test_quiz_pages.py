from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.models import Attempt, Quiz, Submission
from assessments.selectors.states import list_quiz_states
from assessments.services.attempts import start_attempt, submit_attempt
from assessments.services.grades import item_for, record_grade
from assessments.services.submissions import hand_in
from assessments.tests.factories import (
    answer_all,
    enroll,
    make_assignment,
    make_course,
    make_lesson,
    make_quiz,
    make_user,
)
from learning.models import CoursePage, LessonPage
from learning.registries import activity_kinds
from learning.schedule import GRACE
from learning.tests.factories import CourseTeamFactory


@pytest.fixture
def as_student(client: Client, student: User) -> Client:
    client.force_login(student)
    return client


def quiz_url(quiz: Quiz) -> str:
    return reverse("quiz", args=[quiz.pk])


def list_url(course: CoursePage) -> str:
    return reverse("course_work", args=[course.pk])


def take(quiz: Quiz, student: User, right: int) -> None:
    attempt = start_attempt(quiz=quiz, student=student)
    answer_all(attempt, right=right)
    submit_attempt(attempt=attempt)


def test_rules_are_stated_before_the_start(as_student: Client, course: CoursePage) -> None:
    quiz = make_quiz(
        course,
        time_limit=20,
        max_attempts=3,
        pass_mark=60,
        introduction="Closed books.",
        closes_at=timezone.now() + timedelta(days=2),
    )
    page = as_student.get(quiz_url(quiz)).text
    for words in ("20 minutes", "3 of 3", "60 %", "Closed books.", "Closes", "It goes on when"):
        assert words in page
    assert f'action="{reverse("quiz_start", args=[quiz.pk])}"' in page
    assert "Start the quiz" in page


@pytest.mark.parametrize(
    ("completion", "words"),
    [("submitted", "When it has been handed in"), ("passed", "When it has been passed")],
)
def test_rules_say_when_it_counts_as_done(
    as_student: Client, course: CoursePage, completion: str, words: str
) -> None:
    page = as_student.get(quiz_url(make_quiz(course, completion=completion))).text
    assert "Counts as done" in page
    assert words in page


def test_attempt_under_way_is_continued(as_student: Client, quiz: Quiz, student: User) -> None:
    attempt = start_attempt(quiz=quiz, student=student)
    page = as_student.get(quiz_url(quiz)).text
    assert "Continue the attempt" in page
    assert reverse("attempt", args=[attempt.pk]) in page
    assert "Start the quiz" not in page


def test_quiz_that_was_locked_meanwhile_leads_to_the_attempt_under_way(
    as_student: Client, quiz: Quiz, student: User
) -> None:
    attempt = start_attempt(quiz=quiz, student=student)
    Quiz.objects.filter(pk=quiz.pk).update(opens_at=timezone.now() + timedelta(days=1))
    page = as_student.get(quiz_url(quiz)).text
    assert "Locked" in page
    assert f'href="{reverse("attempt", args=[attempt.pk])}"' in page


def test_past_attempts_stand_with_their_results(
    as_student: Client, course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, max_attempts=3)
    take(quiz, student, 1)
    take(quiz, student, 3)
    page = as_student.get(quiz_url(quiz)).text
    for words in ("33.3 %", "100 %", "Not passed", "Passed", "1 of 3", "Try again"):
        assert words in page


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"opens_at": timezone.now() + timedelta(days=1)}, "This opens on"),
        ({"closes_at": timezone.now() - timedelta(days=1)}, "This quiz is closed"),
        ({"questions": 0}, "no questions yet"),
    ],
)
def test_page_says_which_rule_keeps_one_from_starting(
    as_student: Client, course: CoursePage, rules: dict[str, object], words: str
) -> None:
    page = as_student.get(quiz_url(make_quiz(course, **rules))).text
    assert words in page
    assert "Start the quiz" not in page


def test_used_up_attempts_are_said(as_student: Client, quiz: Quiz, student: User) -> None:
    take(quiz, student, 3)
    page = as_student.get(quiz_url(quiz)).text
    assert "You have used all your attempts" in page
    assert "0 of 1" in page


def test_overdue_attempt_is_closed_by_looking_at_its_quiz(
    as_student: Client, course: CoursePage, student: User
) -> None:
    attempt = start_attempt(quiz=make_quiz(course, time_limit=10), student=student)
    with time_machine.travel(attempt.deadline + GRACE + timedelta(seconds=1)):
        page = as_student.get(quiz_url(attempt.quiz)).text
    assert "Continue the attempt" not in page
    attempt.refresh_from_db()
    assert attempt.closed_by_clock


def test_team_sees_the_draft_and_everybodys_results_and_no_start(
    client: Client, quiz: Quiz, teacher: User, student: User
) -> None:
    take(quiz, student, 3)
    Quiz.objects.update(published=False)
    client.force_login(teacher)
    page = client.get(quiz_url(quiz)).text
    assert student.display_name in page
    assert "Draft" in page
    assert "Start the quiz" not in page


def test_team_sees_an_empty_list_of_results(client: Client, quiz: Quiz, teacher: User) -> None:
    client.force_login(teacher)
    assert "Nobody has handed in yet" in client.get(quiz_url(quiz)).text


@pytest.mark.parametrize("name", ["quiz", "course_work"])
def test_anonymous_is_sent_to_sign_in(client: Client, quiz: Quiz, name: str) -> None:
    answer = client.get(reverse(name, args=[quiz.pk if name == "quiz" else quiz.course_id]))
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")


def test_start_by_anonymous_leads_to_sign_in(client: Client, quiz: Quiz) -> None:
    answer = client.post(reverse("quiz_start", args=[quiz.pk]))
    assert answer.status_code == 302
    assert not quiz.attempts.exists()


@pytest.mark.parametrize("person", ["stranger", "withdrawn", "other teacher"])
def test_who_is_not_in_the_course_finds_nothing(
    client: Client, quiz: Quiz, course: CoursePage, person: str
) -> None:
    who = make_user("teacher" if person == "other teacher" else "student")
    if person == "withdrawn":
        enroll(who, course, state="withdrawn")
    client.force_login(who)
    for path in (quiz_url(quiz), list_url(course), quiz_url(Quiz(pk=10**9)), quiz_url(Quiz(pk=0))):
        assert client.get(path).status_code == 404
    assert client.post(reverse("quiz_start", args=[quiz.pk])).status_code == 404


@pytest.mark.parametrize("change", [{"published": False}, {"archived": True}])
def test_hidden_quiz_is_not_there_for_students(
    as_student: Client, quiz: Quiz, change: dict[str, bool]
) -> None:
    Quiz.objects.update(**change)
    assert as_student.get(quiz_url(quiz)).status_code == 404
    assert quiz.title not in as_student.get(list_url(quiz.course)).text
    assert as_student.post(reverse("quiz_start", args=[quiz.pk])).status_code == 404


def test_ids_beyond_the_databases_numbers_are_not_found(as_student: Client) -> None:
    for name in ("quiz", "attempt", "attempt_result", "course_work"):
        assert as_student.get(reverse(name, args=[10**40])).status_code == 404


def test_list_shows_my_state_of_each_work(
    as_student: Client, course: CoursePage, student: User, teacher: User
) -> None:
    take(make_quiz(course, title="Light"), student, 3)
    start_attempt(quiz=make_quiz(course, title="Roots"), student=student)
    make_quiz(course, title="Leaves", time_limit=20, closes_at=timezone.now() + timedelta(days=3))
    essay = make_assignment(course, title="Herbarium", due_at=timezone.now())
    make_assignment(course, title="Diary")
    Submission.objects.create(
        assignment=essay, student=student, state="graded", submitted_at=timezone.now()
    )
    record_grade(item=item_for(essay), student=student, points=Decimal("87.5"), by=teacher)
    page = as_student.get(list_url(course)).text
    for words in (
        "2 of 5 done",
        "Best result: 100 %",
        "Under way",
        "3 questions, 20 minutes",
        "Graded: 87.5 of 100",
        "To hand in",
        "due ",
        "closes ",
    ):
        assert words in page


@pytest.mark.django_db
def test_quiz_of_one_minute_says_so_in_the_singular() -> None:
    quiz = make_quiz(make_course(), time_limit=1)
    (state,) = list_quiz_states(AnonymousUser(), Quiz.objects.filter(pk=quiz.pk))
    assert state.note == "3 questions, 1 minute"


def test_unreleased_grade_is_not_shown(
    as_student: Client, course: CoursePage, student: User, teacher: User
) -> None:
    essay = make_assignment(course)
    Submission.objects.create(assignment=essay, student=student, submitted_at=timezone.now())
    item = item_for(essay)
    item.released = False
    item.save()
    record_grade(item=item, student=student, points=77, by=teacher)
    page = as_student.get(list_url(course)).text
    assert "Graded" not in page
    assert "Handed in" in page


def test_work_that_stands_only_in_a_hidden_module_is_not_listed(
    as_student: Client, course: CoursePage
) -> None:
    hidden, both = make_quiz(course, title="Hidden"), make_quiz(course, title="Both")
    make_lesson(course, hidden, both, make_assignment(course, title="Secret"), module_live=False)
    make_lesson(course, both)
    page = as_student.get(list_url(course)).text
    assert "Hidden" not in page
    assert "Secret" not in page
    assert "Both" in page


def test_empty_list_says_so(as_student: Client, course: CoursePage) -> None:
    assert "No work yet" in as_student.get(list_url(course)).text


def test_team_is_led_to_what_waits_to_be_graded(
    client: Client, course: CoursePage, student: User, teacher: User
) -> None:
    essay = make_assignment(course, due_at=timezone.now())
    submission = Submission.objects.create(
        assignment=essay, student=student, submitted_at=timezone.now()
    )
    take(make_quiz(course, title="Light"), student, 3)
    make_quiz(course, title="Not yet", published=False)
    client.force_login(teacher)
    page = client.get(list_url(course)).text
    assert reverse("submission_grade", args=[submission.pk]) in page
    for words in ("Grade 1 submission", "1 handed in", "1 result", "Not yet", "Draft"):
        assert words in page


def test_team_of_an_empty_course_is_led_to_the_editor(
    client: Client, course: CoursePage, teacher: User
) -> None:
    client.force_login(teacher)
    assert "Open the editor" in client.get(list_url(course)).text


def test_list_and_quiz_cost_the_same_whatever_they_hold(
    client: Client, student: User, teacher: User
) -> None:
    counts = []
    for size in (2, 12):
        course = make_course(team=[teacher], students=[student])
        for _number in range(size):
            make_assignment(course)
            quiz = make_quiz(course, max_attempts=None)
            make_lesson(course, quiz)
        for _number in range(size):
            take(quiz, student, 1)
        for person in (student, teacher):
            client.force_login(person)
            client.get(list_url(course))
            with CaptureQueriesContext(connection) as listed:
                client.get(list_url(course))
            with CaptureQueriesContext(connection) as shown:
                client.get(quiz_url(quiz))
            counts.append((len(listed), len(shown)))
    assert counts[:2] == counts[2:]


def test_states_for_lessons_are_registered_and_complete(
    course: CoursePage, student: User, stranger: User
) -> None:
    quiz, draft = make_quiz(course), make_quiz(course, published=False)
    essay = make_assignment(course, due_at=timezone.now())
    take(quiz, student, 3)
    mine = activity_kinds["quiz"].get_states(student, [quiz.pk, draft.pk])
    assert {pk for pk, state in mine.items() if state.published} == {quiz.pk}
    assert mine[quiz.pk].done
    assert mine[quiz.pk].course_id == course.pk
    assert mine[quiz.pk].url == quiz_url(quiz)
    assert not activity_kinds["quiz"].get_states(stranger, [quiz.pk])[quiz.pk].done
    state = activity_kinds["assignment"].get_states(student, [essay.pk])[essay.pk]
    assert (state.done, state.due, state.course_id) == (False, essay.due_at, course.pk)


def test_states_for_nobody_in_particular_are_not_done(client: Client, quiz: Quiz) -> None:
    anonymous = client.get("/accounts/login/").wsgi_request.user
    essay = make_assignment(quiz.course)
    assert not activity_kinds["quiz"].get_states(anonymous, [quiz.pk])[quiz.pk].done
    assert not activity_kinds["assignment"].get_states(anonymous, [essay.pk])[essay.pk].done


def test_quiz_and_result_lead_back_to_the_lesson(
    as_student: Client, quiz: Quiz, course: CoursePage, student: User
) -> None:
    lesson = make_lesson(course, quiz)
    take(quiz, student, 3)
    result = reverse("attempt_result", args=[quiz.attempts.get().pk])
    for path in (quiz_url(quiz), result):
        assert f'href="{lesson.url}"' in as_student.get(path).text


def test_closed_quiz_is_not_to_do_any_more(as_student: Client, course: CoursePage) -> None:
    make_quiz(course, closes_at=timezone.now() - timedelta(days=1))
    page = as_student.get(list_url(course)).text
    assert "closed since" in page
    assert "To do" not in page


def test_work_that_has_not_opened_says_when_it_opens(
    as_student: Client, course: CoursePage
) -> None:
    opens = timezone.now() + timedelta(days=1)
    quiz = make_quiz(course, opens_at=opens, due_at=opens + timedelta(days=1))
    assert "opens " in as_student.get(list_url(course)).text
    shown = as_student.get(make_lesson(course, quiz).url).text
    assert "Opens " in shown
    assert "Due " not in shown


def test_work_that_has_closed_says_so_in_its_lesson(as_student: Client, course: CoursePage) -> None:
    closed = timezone.now() - timedelta(days=1)
    quiz = make_quiz(course, due_at=closed, closes_at=closed)
    shown = as_student.get(make_lesson(course, quiz).url).text
    assert "Closed since" in shown
    assert "Due " not in shown


def test_work_under_way_or_with_the_teacher_is_not_to_do(
    as_student: Client, course: CoursePage, student: User
) -> None:
    start_attempt(quiz=make_quiz(course), student=student)
    essay = make_assignment(course, completion="graded")
    hand_in(assignment=essay, student=student, text="Here.", files=[])
    page = as_student.get(list_url(course)).text
    assert "To do" not in page


def test_address_of_the_student_and_not_of_the_proxy_is_noted(
    client: Client, student: User, quiz: Quiz, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client.force_login(student)
    forwarded = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    client.post(reverse("quiz_start", args=[quiz.pk]), headers=forwarded)
    assert Attempt.objects.get().address == "198.51.100.7"


def test_quiz_of_a_lesson_that_was_unpublished_is_not_there(
    client: Client, student: User, quiz: Quiz, course: CoursePage
) -> None:
    lesson = make_lesson(course, quiz)
    lesson.save_revision().publish()
    client.force_login(student)
    work = reverse("course_work", args=[course.pk])
    assert quiz.title in client.get(work).content.decode()
    LessonPage.objects.get(pk=lesson.pk).unpublish()
    assert client.get(quiz.get_absolute_url()).status_code == 404
    assert client.post(reverse("quiz_start", args=[quiz.pk])).status_code == 404
    assert quiz.title not in client.get(work).content.decode()


@pytest.mark.parametrize("role", ["designer", "reviewer", "moderator", "grader"])
def test_work_when_read_on_the_team_shows_what_the_role_may_see_and_nothing_to_do(
    client: Client, student: User, course: CoursePage, role: str
) -> None:
    quiz = make_quiz(course, title="Water")
    take(quiz, student, right=1)
    make_quiz(course, title="Secret draft", published=False)
    task = make_assignment(course, title="Essay", due_at=timezone.now() + timedelta(days=1))
    hand_in(assignment=task, student=student, text="Done", files=[])
    client.force_login(CourseTeamFactory(course=course, role=role).user)
    page = client.get(list_url(course)).text
    assert "Water" in page
    assert "Essay" in page
    assert ("Secret draft" in page) is (role != "moderator")
    records = [words in page for words in ("1 result", "1 handed in", "All submissions")]
    assert records == [role == "grader"] * 3
    for words in ("To do", "To hand in", "0 of"):
        assert words not in page
    assert "You have not tried this quiz yet" not in client.get(quiz_url(quiz)).text


def test_work_when_there_is_none_sends_only_authors_to_the_editor(
    client: Client, course: CoursePage
) -> None:
    for role, sent in (("designer", True), ("grader", False)):
        client.force_login(CourseTeamFactory(course=course, role=role).user)
        assert ("Open the editor" in client.get(list_url(course)).text) is sent
