"""The page of an assignment, and the files that were handed in."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from assessments.models import Assignment, Grade, GradeItem, Submission, SubmissionTry
from assessments.services.submissions import grade_submission, hand_in
from assessments.tests.factories import (
    enroll,
    make_assignment,
    make_course,
    make_lesson,
    make_user,
)
from core.tests.samples import SAMPLES, upload
from learning.models import CoursePage, Enrollment

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
JSON = {"Accept": "application/json"}


@pytest.fixture
def assignment(course: CoursePage) -> Assignment:
    return make_assignment(course, instructions="<p>Draw a <strong>leaf</strong>.</p>")


@pytest.fixture
def submission(assignment: Assignment, student: User) -> Submission:
    files = [upload("leaf one.pdf", SAMPLES["a.pdf"]), upload("two.txt", b"second")]
    return hand_in(assignment=assignment, student=student, text="Mine", files=files).submission


def url_of(assignment: Assignment) -> str:
    return reverse("assignment", args=[assignment.pk])


def file_url(submission: Submission, query: str = "") -> str:
    return reverse("submission_file", args=[submission.pk]) + query


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_student_sees_task_rules_and_form(
    client: Client, student: User, assignment: Assignment
) -> None:
    client.force_login(student)
    page = client.get(url_of(assignment)).content.decode()
    assert "Draw a <strong>leaf</strong>" in page
    assert 'name="text"' in page
    assert 'name="file"' in page
    assert "20.0" in page


def test_task_is_cleaned_when_it_is_shown(
    client: Client, student: User, course: CoursePage
) -> None:
    dirty = "<p>Hello<script>alert(1)</script><img src=x onerror=alert(1)></p>"
    assignment = make_assignment(course, instructions=dirty)
    client.force_login(student)
    page = client.get(url_of(assignment)).content.decode()
    assert "<script>alert" not in page
    assert "onerror" not in page


def test_form_has_only_what_the_assignment_takes(
    client: Client, student: User, course: CoursePage
) -> None:
    client.force_login(student)
    text = client.get(url_of(make_assignment(course, accepts_files=False))).content.decode()
    files = client.get(url_of(make_assignment(course, accepts_text=False))).content.decode()
    assert 'name="file"' not in text
    assert 'name="text"' not in files


def test_form_asks_for_one_of_both_and_calls_neither_optional(
    client: Client, student: User, course: CoursePage
) -> None:
    client.force_login(student)
    both = client.get(url_of(make_assignment(course))).content.decode()
    text = client.get(url_of(make_assignment(course, accepts_files=False))).content.decode()
    words = "Write your answer, or choose a file, or both."
    assert words in both
    assert words not in text
    assert "(optional)" not in both + text


def test_page_leads_back_to_the_lesson(client: Client, student: User, course: CoursePage) -> None:
    assignment = make_assignment(course)
    lesson = make_lesson(course, assignment)
    client.force_login(student)
    page = client.get(url_of(assignment)).content.decode()
    assert f'href="{lesson.url}"' in page


@pytest.mark.parametrize(
    ("completion", "words"),
    [("submitted", "When it has been handed in"), ("graded", "When it has been graded")],
)
def test_facts_say_when_it_counts_as_done(
    client: Client, student: User, course: CoursePage, completion: str, words: str
) -> None:
    client.force_login(student)
    page = client.get(url_of(make_assignment(course, completion=completion))).content.decode()
    assert "Counts as done" in page
    assert words in page


def test_handing_in_leads_back_to_the_page_that_shows_it(
    client: Client, student: User, assignment: Assignment
) -> None:
    client.force_login(student)
    data = {"text": "My answer", "file": [upload("leaf.pdf", SAMPLES["a.pdf"])]}
    response = client.post(url_of(assignment), data)
    assert response.status_code == 303
    assert response["Location"] == url_of(assignment)
    page = client.get(url_of(assignment)).content.decode()
    assert "My answer" in page
    assert "leaf.pdf" in page


def test_script_gets_a_short_answer(client: Client, student: User, assignment: Assignment) -> None:
    client.force_login(student)
    response = client.post(url_of(assignment), {"text": "x"}, headers=JSON)
    assert response.status_code == 200
    assert response.json() == {"submission": Submission.objects.get().pk, "try": 1}


def test_wrong_file_is_said_beside_the_field_and_the_text_is_kept(
    client: Client, student: User, assignment: Assignment
) -> None:
    client.force_login(student)
    data = {"text": "Long work", "file": [upload("page.png", b"<html><script>1</script>")]}
    response = client.post(url_of(assignment), data)
    assert response.status_code == 200
    assert "not accepted" in str(response.context["form"].errors["file"])
    assert "Long work" in response.content.decode()
    response = client.post(url_of(assignment), {**data, "file": data["file"]}, headers=JSON)
    assert response.status_code == 400
    assert not Submission.objects.exists()


def test_file_sent_where_text_only_is_taken_is_said_at_the_top(
    client: Client, student: User, course: CoursePage
) -> None:
    assignment = make_assignment(course, accepts_files=False)
    client.force_login(student)
    data = {"text": "Kept", "file": [upload("a.pdf", SAMPLES["a.pdf"])]}
    response = client.post(url_of(assignment), data)
    assert response.status_code == 200
    assert "text only" in str(response.context["form"].non_field_errors())
    assert "Kept" in response.content.decode()


def test_after_the_end_it_is_refused_with_the_reason_and_the_text_is_kept(
    client: Client, student: User, course: CoursePage
) -> None:
    assignment = make_assignment(course, closes_at=timezone.now() - HOUR)
    client.force_login(student)
    assert "closed on" in client.get(url_of(assignment)).content.decode()
    response = client.post(url_of(assignment), {"text": "Too late"})
    assert response.status_code == 409
    assert "closed on" in response.content.decode()
    assert "Too late" in response.content.decode()
    response = client.post(url_of(assignment), {"text": "Too late"}, headers=JSON)
    assert response.status_code == 409
    assert not Submission.objects.exists()


def test_dates_are_shown_in_the_zone_of_the_reader(
    client: Client, student: User, course: CoursePage
) -> None:
    User.objects.filter(pk=student.pk).update(time_zone="Asia/Kolkata")
    due = timezone.now().replace(hour=20, minute=0, second=0) + timedelta(days=3)
    client.force_login(student)
    page = client.get(url_of(make_assignment(course, due_at=due))).content.decode()
    assert "01:30" in page


def test_late_but_open_says_so(client: Client, student: User, course: CoursePage) -> None:
    assignment = make_assignment(course, due_at=timezone.now() - HOUR)
    client.force_login(student)
    assert "counts as late" in client.get(url_of(assignment)).content.decode()
    client.post(url_of(assignment), {"text": "x"})
    assert "Late" in client.get(url_of(assignment)).content.decode()


def test_used_up_tries_say_so(client: Client, student: User, course: CoursePage) -> None:
    assignment = make_assignment(course, max_tries=1)
    client.force_login(student)
    client.post(url_of(assignment), {"text": "x"})
    page = client.get(url_of(assignment)).content.decode()
    assert "all your tries" in page
    assert "0 of 1 left" in page
    assert client.post(url_of(assignment), {"text": "y"}).status_code == 409


def test_grade_and_feedback_are_shown_once_they_are_released(
    client: Client, student: User, teacher: User, submission: Submission
) -> None:
    grade_submission(submission=submission, points="87.5", feedback="Fine <b>work</b>", by=teacher)
    client.force_login(student)
    page = client.get(url_of(submission.assignment)).content.decode()
    assert "87.5" in page
    assert "Fine &lt;b&gt;work&lt;/b&gt;" in page
    GradeItem.objects.update(released=False)
    page = client.get(url_of(submission.assignment)).content.decode()
    assert "87.5" not in page
    assert "Fine" not in page


def test_text_that_was_handed_in_is_shown_as_text(
    client: Client, student: User, assignment: Assignment
) -> None:
    hand_in(assignment=assignment, student=student, text="<script>alert(1)</script>")
    client.force_login(student)
    page = client.get(url_of(assignment)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_nobody_sets_their_own_points_or_another_owner(
    client: Client, student: User, stranger: User, assignment: Assignment
) -> None:
    client.force_login(student)
    data = {"text": "x", "points": "100", "student": stranger.pk, "state": "graded", "number": "9"}
    assert client.post(url_of(assignment), data).status_code == 303
    submission = Submission.objects.get()
    assert (submission.student, submission.state) == (student, "submitted")
    assert SubmissionTry.objects.get().number == 1
    grade = reverse("submission_grade", args=[submission.pk])
    for response in (client.get(grade), client.post(grade, {"points": "100", "version": "0"})):
        assert response.status_code == 404
    assert not Grade.objects.exists()


def test_team_sees_the_task_and_the_way_to_the_submissions_but_no_form(
    client: Client, teacher: User, assignment: Assignment
) -> None:
    Assignment.objects.update(published=False)
    client.force_login(teacher)
    response = client.get(url_of(assignment))
    page = response.content.decode()
    assert reverse("submission_queue", args=[assignment.course_id]) in page
    assert reverse("assessments_assignment_modeladmin_edit", args=[assignment.pk]) in page
    assert "Students do not see this" in page
    assert 'name="text"' not in page
    assert client.post(url_of(assignment), {"text": "x"}).status_code == 404


def test_page_is_not_there_for_others(
    client: Client, student: User, stranger: User, assignment: Assignment
) -> None:
    assert "/accounts/login/" in client.get(url_of(assignment))["Location"]
    other = make_user(Role.TEACHER)
    make_course(team=[other])
    Enrollment.objects.filter(student=student).update(state="withdrawn")
    for person in (stranger, other, student):
        client.force_login(person)
        assert client.get(url_of(assignment)).status_code == 404
        assert client.post(url_of(assignment), {"text": "x"}).status_code == 404
    assert not Submission.objects.exists()


@pytest.mark.parametrize("key", [0, 999_999, 10**30])
def test_key_of_nothing_is_not_there(client: Client, student: User, key: int) -> None:
    client.force_login(student)
    for name in ("assignment", "submission_file", "submission_grade", "submission_queue"):
        assert client.get(reverse(name, args=[key])).status_code == 404


def test_page_costs_the_same_for_many_tries(
    client: Client, student: User, assignment: Assignment, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        hand_in(assignment=assignment, student=student, files=[upload("a.txt", b"x%d" % number)])
    client.force_login(student)
    client.get(url_of(assignment))
    with django_assert_max_num_queries(16):
        client.get(url_of(assignment))


def test_author_and_team_get_the_file_as_a_download(
    client: Client, student: User, teacher: User, submission: Submission
) -> None:
    for person in (student, teacher, make_user(Role.ADMIN)):
        client.force_login(person)
        response = client.get(file_url(submission))
        assert response.status_code == 200
        assert body(response) == SAMPLES["a.pdf"]
        assert response["Content-Disposition"].startswith("attachment")
        assert "leaf one.pdf" in response["Content-Disposition"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in response["Cache-Control"]


def test_try_and_place_name_a_file(client: Client, student: User, submission: Submission) -> None:
    newer = [upload("three.txt", b"third")]
    hand_in(assignment=submission.assignment, student=student, files=newer)
    client.force_login(student)
    assert body(client.get(file_url(submission))) == b"third"
    assert body(client.get(file_url(submission, "?try=1"))) == SAMPLES["a.pdf"]
    assert body(client.get(file_url(submission, "?try=1&file=2"))) == b"second"


@pytest.mark.parametrize("query", ["?try=9", "?file=3", "?try=x", "?file=-1", "?try=", "?try=0"])
def test_file_that_does_not_exist_is_not_there(
    client: Client, student: User, submission: Submission, query: str
) -> None:
    client.force_login(student)
    assert client.get(file_url(submission, query)).status_code == 404


def test_submission_without_a_file_has_none(
    client: Client, student: User, assignment: Assignment
) -> None:
    submission = hand_in(assignment=assignment, student=student, text="x").submission
    client.force_login(student)
    assert client.get(file_url(submission)).status_code == 404


def test_file_is_not_there_for_classmates_strangers_and_other_teachers(
    client: Client, student: User, stranger: User, submission: Submission, course: CoursePage
) -> None:
    assert "/accounts/login/" in client.get(file_url(submission))["Location"]
    classmate, other = make_user(), make_user(Role.TEACHER)
    enroll(classmate, course)
    make_course(team=[other])
    nothing = reverse("submission_file", args=[999_999])
    for person in (classmate, stranger, other):
        client.force_login(person)
        refused, missing = client.get(file_url(submission)), client.get(nothing)
        assert refused.status_code == missing.status_code == 404
        assert len(refused.content) == len(missing.content)


def test_withdrawn_author_loses_the_file(
    client: Client, student: User, submission: Submission
) -> None:
    Enrollment.objects.filter(student=student).update(state="withdrawn")
    client.force_login(student)
    assert client.get(file_url(submission)).status_code == 404


@pytest.mark.parametrize("change", [{"published": False}, {"archived": True}])
def test_task_that_was_taken_back_leaves_its_students_their_work_and_grade(
    client: Client,
    student: User,
    teacher: User,
    assignment: Assignment,
    submission: Submission,
    change: dict[str, bool],
) -> None:
    grade_submission(submission=submission, points=80, feedback="Well seen.", by=teacher)
    Assignment.objects.update(**change)
    client.force_login(student)
    page = client.get(url_of(assignment))
    assert page.status_code == 200
    assert "Well seen." in page.content.decode()
    assert 'name="text"' not in page.content.decode()
    assert client.post(url_of(assignment), {"text": "More"}).status_code == 404
    classmate = make_user()
    enroll(classmate, assignment.course)
    client.force_login(classmate)
    assert client.get(url_of(assignment)).status_code == 404
