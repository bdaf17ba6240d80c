"""The teacher's desk: the queue, one submission beside its form, and two graders at once."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from assessments.models import Assignment, Grade, GradeEvent, Submission
from assessments.services.submissions import grade_submission, hand_in
from assessments.tests.factories import enroll, make_assignment, make_course, make_user
from learning.models import CoursePage, CourseTeam

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def assignment(course: CoursePage) -> Assignment:
    return make_assignment(course, instructions="<p>Draw.</p>", max_points=Decimal(20))


@pytest.fixture
def waiting(assignment: Assignment, course: CoursePage) -> list[Submission]:
    """Three submissions, in the order in which they came."""
    start = timezone.now() - timedelta(days=1)
    rows = []
    for number in range(3):
        person = make_user(first_name=f"Learner{number}", last_name="Of A")
        enroll(person, course)
        handed_in = hand_in(
            assignment=assignment,
            student=person,
            text=f"Answer {number}",
            at=start + timedelta(hours=number),
        )
        rows.append(handed_in.submission)
    return rows


@pytest.fixture
def desk(client: Client, teacher: User) -> Client:
    client.force_login(teacher)
    return client


def desk_url(submission: Submission) -> str:
    return reverse("submission_grade", args=[submission.pk])


def queue_url(course: CoursePage, query: str = "") -> str:
    return reverse("submission_queue", args=[course.pk]) + query


def test_desk_shows_work_task_and_place_in_the_queue(
    desk: Client, waiting: list[Submission]
) -> None:
    response = desk.get(desk_url(waiting[1]))
    page = response.content.decode()
    assert "Answer 1" in page
    assert "Draw." in page
    assert "2 more are waiting" in page
    shown = response.context["desk"]
    assert (shown.previous_id, shown.next_id) == (waiting[0].pk, waiting[2].pk)
    assert response.context["form"]["version"].value() == 0


def test_points_and_feedback_are_stored_and_the_next_one_comes(
    desk: Client, teacher: User, waiting: list[Submission]
) -> None:
    data = {"points": "17.5", "feedback": "Good.", "version": "0", "tries": "1"}
    response = desk.post(desk_url(waiting[0]), data)
    assert response.status_code == 303
    assert response["Location"] == desk_url(waiting[1])
    grade = Grade.objects.get()
    assert (grade.points, grade.feedback, grade.graded_by) == (Decimal("17.5"), "Good.", teacher)
    assert Submission.objects.get(pk=waiting[0].pk).state == "graded"
    assert "Learner0" in desk.get(response["Location"]).content.decode()


def test_end_of_the_queue_leads_to_its_beginning_and_then_to_the_list(
    desk: Client, course: CoursePage, waiting: list[Submission]
) -> None:
    targets = [
        desk.post(desk_url(row), {"points": "1", "version": "0"})["Location"]
        for row in (waiting[2], waiting[0], waiting[1])
    ]
    assert targets == [desk_url(waiting[0]), desk_url(waiting[1]), queue_url(course)]


def test_script_gets_version_and_next(desk: Client, waiting: list[Submission]) -> None:
    response = desk.post(desk_url(waiting[0]), {"points": "3", "version": "0"}, headers=JSON)
    assert response.status_code == 200
    assert response.json() == {"saved": True, "version": 1, "next": desk_url(waiting[1])}


@pytest.mark.parametrize(
    "points", ["", "-1", "20.01", "NaN", "Infinity", "1e400", "1.234", "nine", "9" * 400, "\x00"]
)
def test_points_out_of_range_are_said_beside_the_field_and_nothing_is_stored(
    desk: Client, waiting: list[Submission], points: str
) -> None:
    data = {"points": points, "feedback": "Kept words", "version": "0"}
    response = desk.post(desk_url(waiting[0]), data)
    assert response.status_code == 200
    assert response.context["form"].errors["points"]
    assert "Kept words" in response.content.decode()
    assert desk.post(desk_url(waiting[0]), data, headers=JSON).status_code == 400
    assert not Grade.objects.filter(points__isnull=False).exists()


def test_too_long_feedback_is_said_beside_the_field(
    desk: Client, waiting: list[Submission]
) -> None:
    response = desk.post(desk_url(waiting[0]), {"points": "1", "feedback": "x" * 20_001})
    assert response.context["form"].errors["feedback"]


@pytest.mark.parametrize("version", ["", "0", "7"])
def test_grade_changed_meanwhile_is_a_conflict_with_both_values(
    desk: Client, waiting: list[Submission], course: CoursePage, version: str
) -> None:
    colleague = make_user(Role.TEACHER, first_name="Cora")
    CourseTeam.objects.create(course=course, user=colleague, role="grader")
    grade_submission(submission=waiting[0], points=12, feedback="Theirs", by=colleague, version=0)
    data = {"points": "19", "feedback": "Mine", "version": version}
    response = desk.post(desk_url(waiting[0]), data)
    assert response.status_code == 409
    page = response.content.decode()
    for words in ("12", "Theirs", "Cora", 'value="19"', "Mine"):
        assert words in page
    grade = Grade.objects.get()
    assert (grade.points, grade.feedback, grade.version) == (12, "Theirs", 1)
    assert desk.post(desk_url(waiting[0]), data, headers=JSON).status_code == 409
    again = {**data, "version": str(response.context["form"]["version"].value())}
    assert desk.post(desk_url(waiting[0]), again).status_code == 303
    assert Grade.objects.get().points == 19
    assert GradeEvent.objects.count() == 2


def test_same_grade_twice_is_one_event(desk: Client, waiting: list[Submission]) -> None:
    data = {"points": "5", "feedback": "", "version": "0"}
    codes = [desk.post(desk_url(waiting[0]), data).status_code for _click in range(2)]
    assert codes == [303, 303]
    assert GradeEvent.objects.count() == 1


def test_new_try_while_grading_is_a_conflict_that_shows_it(
    desk: Client, waiting: list[Submission], assignment: Assignment
) -> None:
    hand_in(assignment=assignment, student=waiting[0].student, text="Second thoughts")
    data = {"points": "5", "feedback": "Mine", "version": "0", "tries": "1"}
    response = desk.post(desk_url(waiting[0]), data)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Second thoughts" in page
    assert "Mine" in page
    assert response.context["form"]["tries"].value() == "2"


def test_history_shows_every_change(desk: Client, teacher: User, waiting: list[Submission]) -> None:
    grade_submission(submission=waiting[0], points=3, feedback="", by=teacher)
    grade_submission(submission=waiting[0], points=4, feedback="", by=teacher)
    page = desk.get(desk_url(waiting[0])).content.decode()
    assert "3 → 4 points" in page
    assert f"· <bdi>{teacher.display_name}</bdi> · " in page


def test_what_students_and_graders_wrote_is_shown_as_text(
    desk: Client, teacher: User, assignment: Assignment, student: User
) -> None:
    bad = "<img src=x onerror=alert(1)>"
    User.objects.filter(pk=student.pk).update(first_name=bad)
    submission = hand_in(assignment=assignment, student=student, text=bad).submission
    grade_submission(submission=submission, points=1, feedback=bad, by=teacher)
    for url in (desk_url(submission), queue_url(assignment.course, "?state=all")):
        assert "<img src=x" not in desk.get(url).content.decode()


def test_graders_of_the_course_and_administrators_have_a_desk(
    client: Client, waiting: list[Submission], course: CoursePage
) -> None:
    grader = make_user(Role.TEACHER)
    CourseTeam.objects.create(course=course, user=grader, role="grader")
    for person in (grader, make_user(Role.ADMIN)):
        client.force_login(person)
        assert client.get(desk_url(waiting[0])).status_code == 200
        assert client.get(queue_url(course)).status_code == 200


def test_desk_and_queue_are_not_there_for_others(
    client: Client, student: User, stranger: User, waiting: list[Submission], course: CoursePage
) -> None:
    other = make_user(Role.TEACHER)
    make_course(team=[other])
    for url in (desk_url(waiting[0]), queue_url(course)):
        assert "/accounts/login/" in client.get(url)["Location"]
    for person in (student, stranger, other, waiting[0].student):
        client.force_login(person)
        assert client.get(queue_url(course)).status_code == 404
        assert client.get(desk_url(waiting[0])).status_code == 404
        data = {"points": "20", "version": "0"}
        assert client.post(desk_url(waiting[0]), data).status_code == 404
    assert not Grade.objects.exists()


def test_former_team_member_loses_the_desk(
    desk: Client, teacher: User, waiting: list[Submission]
) -> None:
    User.objects.filter(pk=teacher.pk).update(role=Role.STUDENT)
    assert desk.post(desk_url(waiting[0]), {"points": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [0, 2]),
        ("?state=graded", [1]),
        ("?state=all", [0, 1, 2]),
        ("?state=nonsense", [0, 2]),
        ("?q=learner2", [2]),
        ("?q=of learner0", [0]),
        ("?q=%00%22", [0, 2]),
        ("?page=99", [0, 2]),
        ("?assignment=x", [0, 2]),
        ("?assignment=999999999999999999999", [0, 2]),
        ("?assignment=0", []),
    ],
)
def test_queue_filters_and_who_waits_longest_is_first(
    desk: Client,
    teacher: User,
    course: CoursePage,
    waiting: list[Submission],
    query: str,
    numbers: list[int],
) -> None:
    grade_submission(submission=waiting[1], points=3, feedback="", by=teacher)
    response = desk.get(queue_url(course, query))
    assert response.status_code == 200
    shown = [row.pk for row in response.context["page"]]
    assert shown == [waiting[number].pk for number in numbers]
    assert (response.context["counts"].waiting, response.context["counts"].graded) == (2, 1)


def test_queue_of_one_assignment(
    desk: Client, course: CoursePage, waiting: list[Submission]
) -> None:
    second = make_assignment(course, title="Second")
    hand_in(assignment=second, student=waiting[0].student, text="x")
    response = desk.get(queue_url(course, f"?assignment={second.pk}"))
    assert [row.assignment_id for row in response.context["page"]] == [second.pk]
    assert "selected" in response.content.decode()


def test_queue_holds_no_other_course(
    desk: Client, teacher: User, waiting: list[Submission]
) -> None:
    second = make_course(team=[teacher])
    response = desk.get(queue_url(second))
    assert not response.context["page"].object_list
    assert "Nobody has handed in yet" in response.content.decode()


def test_empty_queue_says_that_all_is_done_or_that_nothing_matches(
    desk: Client, teacher: User, course: CoursePage, waiting: list[Submission]
) -> None:
    for row in waiting:
        grade_submission(submission=row, points=3, feedback="", by=teacher)
    assert "Everything has been graded" in desk.get(queue_url(course)).content.decode()
    assert "Nothing here matches" in desk.get(queue_url(course, "?q=zzz")).content.decode()


def test_queue_has_pages(desk: Client, course: CoursePage, assignment: Assignment) -> None:
    _make_many(assignment, 60)
    first = desk.get(queue_url(course))
    second = desk.get(queue_url(course, "?page=2"))
    assert (len(first.context["page"]), len(second.context["page"])) == (50, 10)
    assert "state=submitted&amp;page=2" in first.content.decode()


def test_queue_and_desk_cost_the_same_for_many(
    desk: Client, course: CoursePage, assignment: Assignment, waiting: list[Submission]
) -> None:
    queue = queue_url(course, "?state=all")
    desk.get(queue)
    few = _count(lambda: desk.get(queue)), _count(lambda: desk.get(desk_url(waiting[0])))
    _make_many(assignment, 30)
    make_assignment(course, title="Another")
    many = _count(lambda: desk.get(queue)), _count(lambda: desk.get(desk_url(waiting[0])))
    assert many == few


def _count(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def _make_many(assignment: Assignment, number: int) -> None:
    for _person in range(number):
        Submission.objects.create(
            assignment=assignment,
            student=make_user(),
            submitted_at=timezone.now(),
            tries_count=1,
        )


def test_list_shows_points_out_of_what_could_be_had_when_they_were_given(
    desk: Client, waiting: list[Submission], teacher: User
) -> None:
    grade_submission(submission=waiting[0], points=16, feedback="", by=teacher)
    Assignment.objects.update(max_points=10)
    course = waiting[0].assignment.course_id
    page = desk.get(reverse("submission_queue", args=[course]), {"state": "all"}).content.decode()
    assert "16 / 20" in page
    assert "– / 10" in page
