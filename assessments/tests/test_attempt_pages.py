import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.models import Answer, Attempt, Grade, Question, Quiz
from assessments.permissions import can_view_key
from assessments.services.attempts import start_attempt, submit_attempt
from assessments.tests.factories import (
    answer_all,
    enroll,
    key_of,
    make_quiz,
    make_user,
    options_of,
    wrong_of,
)
from learning.models import Activity, CoursePage
from learning.schedule import GRACE

JSON = {"accept": "application/json"}
SECOND = timedelta(seconds=1)


@pytest.fixture
def as_student(client: Client, student: User) -> Client:
    client.force_login(student)
    return client


@pytest.fixture
def timed(course: CoursePage, student: User) -> Attempt:
    return start_attempt(quiz=make_quiz(course, time_limit=10), student=student)


def url(name: str, attempt: Attempt, *rest: int) -> str:
    return reverse(name, args=[attempt.pk, *rest])


def stored(attempt: Attempt, position: int = 1) -> Answer:
    return Answer.objects.get(attempt=attempt, item__position=position)


def count_statements(queries: CaptureQueriesContext) -> int:
    """Savepoints stand for the transaction's borders, which cost no query outside of tests."""
    return len([row for row in queries if "SAVEPOINT" not in row["sql"]])


def test_start_leads_to_the_attempt_and_again_to_the_same(as_student: Client, quiz: Quiz) -> None:
    first = as_student.post(reverse("quiz_start", args=[quiz.pk]))
    again = as_student.post(reverse("quiz_start", args=[quiz.pk]))
    attempt = Attempt.objects.get()
    assert (first.status_code, first.url) == (303, url("attempt", attempt))
    assert again.url == first.url
    assert attempt.address == "127.0.0.1"


def test_start_by_script_names_the_attempt(as_student: Client, quiz: Quiz) -> None:
    answer = as_student.post(reverse("quiz_start", args=[quiz.pk]), headers=JSON)
    attempt = Attempt.objects.get()
    assert answer.json() == {"attempt": attempt.pk, "url": url("attempt", attempt)}


def test_posted_fields_of_a_start_are_ignored(
    as_student: Client, course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, time_limit=10)
    forged = {
        "deadline": "2099-01-01",
        "time_limit": "9999",
        "started_at": "2099-01-01",
        "points": "3",
        "state": "submitted",
        "student": make_user().pk,
        "number": "7",
    }
    as_student.post(reverse("quiz_start", args=[quiz.pk]), forged)
    attempt = Attempt.objects.get()
    assert attempt.deadline == attempt.started_at + timedelta(minutes=10)
    assert (attempt.student, attempt.number, attempt.is_open) == (student, 1, True)


def test_refused_start_says_why(as_student: Client, quiz: Quiz, student: User) -> None:
    submit_attempt(attempt=start_attempt(quiz=quiz, student=student))
    page = as_student.post(reverse("quiz_start", args=[quiz.pk]))
    assert page.status_code == 409
    assert "You have used all your attempts" in page.text
    script = as_student.post(reverse("quiz_start", args=[quiz.pk]), headers=JSON)
    assert script.status_code == 409
    assert script.json() == {"detail": ["You have used all your attempts at this quiz."]}


def test_page_shows_all_questions_or_the_one_asked_for(
    as_student: Client, attempt: Attempt
) -> None:
    everything = as_student.get(url("attempt", attempt))
    assert everything.text.count('<fieldset class="question">') == 3
    one = as_student.get(url("attempt", attempt), {"item": 2})
    assert one.text.count('<fieldset class="question">') == 1
    assert "2. Question 2?" in one.text
    assert f'action="{url("attempt_answer", attempt, 2)}"' in one.text


@pytest.mark.parametrize("item", ["0", "4", "-1", "x", "1e0", "9" * 50, ""])
def test_item_that_is_not_there_is_not_found(
    as_student: Client, attempt: Attempt, item: str
) -> None:
    assert as_student.get(url("attempt", attempt), {"item": item}).status_code == 404


def test_stored_answer_and_sequence_are_in_the_page(as_student: Client, attempt: Attempt) -> None:
    as_student.post(url("attempt_answer", attempt, 1), {"choice": key_of(attempt)})
    page = as_student.get(url("attempt", attempt), {"item": 1}).text
    checked = re.findall(r'value="([^"]+)"\s+checked', page)
    assert checked == key_of(attempt)
    assert 'name="sequence" value="1"' in page


def test_seconds_left_are_counted_by_the_server(as_student: Client, timed: Attempt) -> None:
    with time_machine.travel(timed.deadline - timedelta(seconds=75), tick=False):
        page = as_student.get(url("attempt", timed)).text
    assert 'data-remaining="75"' in page
    assert "1:15" in page


def test_attempt_without_limit_shows_no_clock(as_student: Client, attempt: Attempt) -> None:
    assert "data-remaining" not in as_student.get(url("attempt", attempt)).text


def test_form_saves_and_goes_on_to_where_its_button_says(
    as_student: Client, attempt: Attempt
) -> None:
    page = url("attempt", attempt)
    targets = {
        "2": f"{page}?item=2",
        "submit": url("attempt_submit", attempt),
        "all": page,
        "": page,
        "//evil.example": page,
        "9999": page,
    }
    for then, target in targets.items():
        data = {"choice": key_of(attempt), "then": then}
        answer = as_student.post(url("attempt_answer", attempt, 1), data)
        assert (answer.status_code, answer.url) == (303, target)
    assert stored(attempt).response == {"choice": key_of(attempt)}


def test_script_is_told_the_next_sequence(as_student: Client, attempt: Attempt) -> None:
    data = {"choice": key_of(attempt, 2), "sequence": "0"}
    answer = as_student.post(url("attempt_answer", attempt, 2), data, headers=JSON)
    assert answer.json() == {"saved": True, "item": 2, "sequence": 1}


def test_json_body_is_understood(as_student: Client, attempt: Attempt) -> None:
    for choice in (key_of(attempt), wrong_of(attempt)[0]):
        body = json.dumps({"choice": choice, "sequence": stored(attempt).sequence})
        answer = as_student.post(
            url("attempt_answer", attempt, 1), body, content_type="application/json", headers=JSON
        )
        assert answer.status_code == 200
    assert stored(attempt).response == {"choice": wrong_of(attempt)}


def test_stale_page_gets_a_conflict_and_overwrites_nothing(
    as_student: Client, attempt: Attempt
) -> None:
    path = url("attempt_answer", attempt, 1)
    as_student.post(path, {"choice": key_of(attempt), "sequence": 0}, headers=JSON)
    stale = {"choice": wrong_of(attempt), "sequence": 0}
    assert as_student.post(path, stale).status_code == 409
    answer = as_student.post(path, stale, headers=JSON)
    assert answer.status_code == 409
    assert "newer answer" in answer.json()["sequence"][0]
    assert stored(attempt).response == {"choice": key_of(attempt)}


def test_late_answer_gets_a_conflict_and_is_not_stored(as_student: Client, timed: Attempt) -> None:
    with time_machine.travel(timed.deadline + GRACE + SECOND):
        answer = as_student.post(
            url("attempt_answer", timed, 1), {"choice": key_of(timed)}, headers=JSON
        )
    assert answer.status_code == 409
    assert "Time is up" in answer.json()["detail"][0]
    assert not stored(timed).is_given
    assert Attempt.objects.get().submitted_at == timed.deadline


def test_posted_times_and_points_of_an_answer_are_ignored(
    as_student: Client, timed: Attempt
) -> None:
    forged = {
        "choice": wrong_of(timed),
        "deadline": "2099-01-01T00:00:00Z",
        "saved_at": "2020-01-01T00:00:00Z",
        "now": "2020-01-01T00:00:00Z",
        "points": "1",
        "score": "100",
        "correct": "true",
        "student": "1",
    }
    path = url("attempt_answer", timed, 1)
    assert as_student.post(path, forged, headers={**JSON, "date": "Thu, 01 Jan 1970"}).json()
    answer = stored(timed)
    assert answer.points is None
    assert abs(answer.saved_at - timezone.now()) < timedelta(minutes=1)
    with time_machine.travel(timed.deadline + GRACE + SECOND):
        late = {**forged, "choice": key_of(timed)}
        assert as_student.post(path, late, headers=JSON).status_code == 409
    assert Grade.objects.get().points == 0


@pytest.mark.parametrize(
    "data",
    [
        {"choice": "nothing-of-ours"},
        {"choice": ["a"] * 2000},
        {"choice": "\x00"},
        {"choice": "x" * 100_000},
        {"text": "Water"},
        {"sequence": "-1"},
        {"sequence": "NaN"},
        {"sequence": "1.5"},
        {"sequence": "9" * 5000},
        {"sequence": "٣"},
    ],
)
def test_forms_that_make_no_sense_are_bad_requests(
    as_student: Client, attempt: Attempt, data: dict[str, Any]
) -> None:
    answer = as_student.post(url("attempt_answer", attempt, 1), data, headers=JSON)
    assert answer.status_code == 400
    assert stored(attempt).sequence == 0


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"choice": NaN}',
        b'{"choice": [NaN, Infinity]}',
        b'{"choice": {"$ne": 1}}',
        b'{"choice": 1e999}',
        b'{"choice": [], "sequence": NaN}',
        b'{"choice": [], "sequence": true}',
        b'{"choice": [], "sequence": -5}',
        b'{"choice": [], "sequence": 1e3}',
        b'{"choice": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_json_that_makes_no_sense_is_a_bad_request(
    as_student: Client, attempt: Attempt, body: bytes
) -> None:
    answer = as_student.post(
        url("attempt_answer", attempt, 1), body, content_type="application/json", headers=JSON
    )
    assert answer.status_code == 400
    assert stored(attempt).sequence == 0


@pytest.mark.parametrize("position", [0, 4, 99_999, 10**25])
def test_answer_to_a_question_that_is_not_there_is_not_found(
    as_student: Client, attempt: Attempt, position: int
) -> None:
    path = url("attempt_answer", attempt, position)
    assert as_student.post(path, {"choice": "a"}).status_code == 404


def test_confirm_page_names_what_is_not_answered_and_hands_nothing_in(
    as_student: Client, attempt: Attempt
) -> None:
    as_student.post(url("attempt_answer", attempt, 1), {"choice": key_of(attempt)})
    page = as_student.get(url("attempt_submit", attempt)).text
    assert "2 questions have no answer yet" in page
    assert "Go to question 2" in page
    assert "Go to question 1" not in page
    assert Attempt.objects.get().is_open


def test_confirm_page_says_when_all_is_answered(as_student: Client, attempt: Attempt) -> None:
    answer_all(attempt, right=3)
    assert "All 3 questions are answered" in as_student.get(url("attempt_submit", attempt)).text


def test_handing_in_leads_to_the_result_and_again_to_the_same(
    as_student: Client, attempt: Attempt
) -> None:
    answer_all(attempt, right=2)
    forged = {"points": "3", "score": "100", "submitted_at": "2020-01-01", "passed": "1"}
    for _time in range(2):
        answer = as_student.post(url("attempt_submit", attempt), forged)
        assert (answer.status_code, answer.url) == (303, url("attempt_result", attempt))
    assert Attempt.objects.get().points == 2
    script = as_student.post(url("attempt_submit", attempt), headers=JSON)
    assert script.json() == {"submitted": True, "url": url("attempt_result", attempt)}


def test_result_shows_points_answers_key_and_explanation(
    as_student: Client, quiz: Quiz, student: User
) -> None:
    quiz.questions.update(explanation="Because water climbs.")
    attempt = start_attempt(quiz=quiz, student=student)
    answer_all(attempt, right=2)
    submit_attempt(attempt=attempt)
    page = as_student.get(url("attempt_result", attempt)).text
    for words in ("66.7 %", "2 of 3 points", "Passed", "Your answer", "Because water climbs."):
        assert words in page
    assert page.count("right answer") == 3


LATER, EARLIER = timedelta(hours=1), -timedelta(hours=1)


@pytest.mark.parametrize(
    ("rules", "right", "closes", "shown"),
    [
        pytest.param({"max_attempts": 1}, 0, None, True, id="no attempt is left"),
        pytest.param({"max_attempts": 2}, 3, None, False, id="an attempt is left"),
        pytest.param({"max_attempts": 2}, 0, LATER, False, id="an attempt is left until it closes"),
        pytest.param({"max_attempts": 2}, 0, EARLIER, True, id="it has closed"),
        pytest.param({"max_attempts": None}, 0, None, False, id="unlimited and not passed"),
        pytest.param({"max_attempts": None}, 3, None, True, id="unlimited and passed"),
        pytest.param({"max_attempts": None, "pass_mark": 0}, 3, None, False, id="no pass mark"),
        pytest.param({"max_attempts": None, "pass_mark": 0}, 0, EARLIER, True, id="and closed"),
    ],
)
def test_key_is_shown_when_nothing_can_be_gained_by_it(
    as_student: Client,
    course: CoursePage,
    student: User,
    rules: dict[str, Any],
    right: int,
    closes: timedelta | None,
    shown: bool,
) -> None:
    quiz = make_quiz(course, **rules)
    quiz.questions.update(explanation="Because of the light.")
    attempt = start_attempt(quiz=quiz, student=student)
    answer_all(attempt, right=right)
    submit_attempt(attempt=attempt)
    if closes is not None:
        Activity.objects.filter(pk=quiz.pk).update(closes_at=timezone.now() + closes)
    page = as_student.get(url("attempt_result", attempt)).text
    assert ("right answer" in page) == shown
    assert ("Because of the light." in page) == shown
    assert ("choice--wrong" in page) == (shown and right < 3)
    assert ("Which answers are right is shown when" in page) == (not shown)
    assert f"{right} of 3 points" in page


def test_key_is_not_even_read_while_it_is_hidden(
    as_student: Client, course: CoursePage, student: User
) -> None:
    attempt = start_attempt(quiz=make_quiz(course, max_attempts=2), student=student)
    submit_attempt(attempt=attempt)
    with CaptureQueriesContext(connection) as queries:
        as_student.get(url("attempt_result", attempt))
    assert not [row for row in queries if '"assessments_questionversion"."key"' in row["sql"]]


def test_graders_see_the_key_while_attempts_are_left(
    client: Client, course: CoursePage, student: User, teacher: User
) -> None:
    attempt = start_attempt(quiz=make_quiz(course, max_attempts=2), student=student)
    submit_attempt(attempt=attempt)
    client.force_login(teacher)
    assert "right answer" in client.get(url("attempt_result", attempt)).text


def test_result_of_a_failed_attempt_says_so(as_student: Client, attempt: Attempt) -> None:
    submit_attempt(attempt=attempt)
    page = as_student.get(url("attempt_result", attempt)).text
    assert "Not passed" in page
    assert "Not answered." in page


def test_open_attempt_has_no_result_yet(as_student: Client, attempt: Attempt) -> None:
    answer = as_student.get(url("attempt_result", attempt))
    assert (answer.status_code, answer.url) == (302, url("attempt", attempt))


@pytest.mark.parametrize("name", ["attempt", "attempt_submit"])
def test_overdue_attempt_is_closed_by_looking_at_it(
    as_student: Client, timed: Attempt, name: str
) -> None:
    with time_machine.travel(timed.deadline + GRACE + SECOND):
        answer = as_student.get(url(name, timed))
        assert (answer.status_code, answer.url) == (302, url("attempt_result", timed))
        assert "The time was over" in as_student.get(answer.url).text
    assert Attempt.objects.get().closed_by_clock


def test_result_page_closes_an_overdue_attempt(as_student: Client, timed: Attempt) -> None:
    with time_machine.travel(timed.deadline + GRACE + SECOND):
        assert as_student.get(url("attempt_result", timed)).status_code == 200


def test_changed_and_deleted_questions_leave_attempt_result_and_grade(
    as_student: Client, quiz: Quiz, attempt: Attempt, student: User
) -> None:
    answer_all(attempt, right=2)
    under_way = plain_page(as_student.get(url("attempt", attempt)).text)
    second = quiz.questions.all()[1]
    changed = options_of(["Changed", "Too"], [1])
    quiz.questions.update(text="Changed?", points=9, definition=changed)
    quiz.slots.update(points=9)
    second.slots.all().delete()
    second.delete()
    assert plain_page(as_student.get(url("attempt", attempt)).text) == under_way
    submit_attempt(attempt=attempt)
    result = plain_page(as_student.get(url("attempt_result", attempt)).text)
    quiz.slots.all().delete()
    Question.objects.all().delete()
    assert plain_page(as_student.get(url("attempt_result", attempt)).text) == result
    assert "Changed" not in result
    grade = Grade.objects.get(student=student)
    assert (grade.points, grade.max_points) == (2, 3)


def plain_page(html: str) -> str:
    """A page without what differs in every answer."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|data-remaining="\d+"', "", html)


def without_ids(html: str, attempt: Attempt) -> str:
    """A page in which ids stand as their places."""
    text = plain_page(html).replace(f"/attempts/{attempt.pk}/", "/attempts/1/")
    text = text.replace(f"/quizzes/{attempt.quiz_id}/", "/quizzes/1/")
    for item in attempt.items.select_related("version"):
        for place, key in enumerate(item.drawn["options"]):
            text = text.replace(key, f"option-{place}")
    return text


@pytest.fixture
def still_clock() -> Iterator[None]:
    """No minute passes between two looks at the same page."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


@pytest.mark.usefixtures("still_clock")
def test_pages_of_an_attempt_are_the_same_whatever_the_key_is(
    as_student: Client, course: CoursePage, student: User
) -> None:
    """Same questions, same options, in the same order: only what is right differs."""
    pages = []
    for correct in range(4):
        quiz = make_quiz(course)
        quiz.questions.update(
            explanation=f"Because of option {correct}.",
            definition=options_of(("True", "False", "C", "D"), [correct]),
        )
        attempt = start_attempt(quiz=quiz, student=student)
        chosen = attempt.items.get(position=1).drawn["options"][0]
        saved = as_student.post(url("attempt_answer", attempt, 1), {"choice": chosen}, headers=JSON)
        looks = [
            as_student.get(url("attempt", attempt)).text,
            as_student.get(url("attempt", attempt), {"item": 1}).text,
            as_student.get(url("attempt_submit", attempt)).text,
            as_student.get(reverse("quiz", args=[quiz.pk])).text,
            saved.text,
        ]
        pages.append([without_ids(look, attempt) for look in looks])
    assert pages[0] == pages[1] == pages[2] == pages[3]
    assert "Because" not in "".join(pages[0])


def test_key_is_not_even_read_for_the_page(as_student: Client, attempt: Attempt) -> None:
    with CaptureQueriesContext(connection) as queries:
        as_student.get(url("attempt", attempt))
    assert not [row["sql"] for row in queries if '"key"' in row["sql"]]


def test_saving_an_answer_costs_six_queries_at_most(
    as_student: Client, course: CoursePage, student: User
) -> None:
    for size in (3, 40):
        attempt = start_attempt(quiz=make_quiz(course, questions=size), student=student)
        for data in ({"choice": wrong_of(attempt)}, {"choice": key_of(attempt), "sequence": 1}):
            with CaptureQueriesContext(connection) as queries:
                answer = as_student.post(url("attempt_answer", attempt, 1), data, headers=JSON)
            assert answer.status_code == 200
            assert count_statements(queries) <= 6


def test_attempt_and_result_pages_cost_the_same_for_few_and_many_questions(
    as_student: Client, course: CoursePage, student: User
) -> None:
    counts = []
    for size in (3, 3, 40):
        attempt = start_attempt(quiz=make_quiz(course, questions=size), student=student)
        answer_all(attempt, right=size)
        with CaptureQueriesContext(connection) as under_way:
            as_student.get(url("attempt", attempt))
        submit_attempt(attempt=attempt)
        with CaptureQueriesContext(connection) as afterwards:
            as_student.get(url("attempt_result", attempt))
        counts.append((len(under_way), len(afterwards)))
    assert counts[1] == counts[2]
    assert max(counts[2]) <= 10


@pytest.mark.parametrize(
    ("method", "name", "rest"),
    [
        ("get", "attempt", ()),
        ("post", "attempt_answer", (1,)),
        ("get", "attempt_submit", ()),
        ("post", "attempt_submit", ()),
        ("get", "attempt_result", ()),
    ],
)
class TestAccess:
    """Whose attempt it is decides, before anything else is looked at."""

    @pytest.fixture(autouse=True)
    def answered(self, attempt: Attempt) -> None:
        answer_all(attempt, right=1)

    def call(self, client: Client, method: str, path: str) -> Any:
        return getattr(client, method)(path, {"choice": "anything"})

    def test_anonymous_is_sent_to_sign_in(
        self, client: Client, attempt: Attempt, method: str, name: str, rest: tuple[int, ...]
    ) -> None:
        path = url(name, attempt, *rest)
        answer = self.call(client, method, path)
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/")
        assert Attempt.objects.get().is_open

    @pytest.mark.parametrize(
        "person", ["classmate", "stranger", "teacher", "other teacher", "admin"]
    )
    def test_attempt_of_somebody_else_is_as_if_it_were_not_there(
        self,
        client: Client,
        course: CoursePage,
        attempt: Attempt,
        teacher: User,
        method: str,
        name: str,
        rest: tuple[int, ...],
        person: str,
    ) -> None:
        who = {
            "teacher": lambda: teacher,
            "other teacher": lambda: make_user("teacher"),
            "admin": lambda: make_user("admin"),
        }.get(person, make_user)()
        if person == "classmate":
            enroll(who, course)
        before = list(Answer.objects.order_by("pk").values())
        client.force_login(who)
        refused = self.call(client, method, url(name, attempt, *rest))
        nothing = self.call(client, method, reverse(name, args=[10**9, *rest]))
        assert refused.status_code == nothing.status_code == 404
        assert plain_page(refused.text) == plain_page(nothing.text)
        assert list(Answer.objects.order_by("pk").values()) == before
        assert Attempt.objects.get().is_open

    def test_student_who_left_finds_nothing(
        self,
        as_student: Client,
        course: CoursePage,
        attempt: Attempt,
        method: str,
        name: str,
        rest: tuple[int, ...],
    ) -> None:
        course.enrollments.update(state="withdrawn")
        assert self.call(as_student, method, url(name, attempt, *rest)).status_code == 404

    def test_archived_course_is_gone(
        self,
        as_student: Client,
        course: CoursePage,
        attempt: Attempt,
        method: str,
        name: str,
        rest: tuple[int, ...],
    ) -> None:
        CoursePage.objects.filter(pk=course.pk).update(archived_at=timezone.now())
        assert self.call(as_student, method, url(name, attempt, *rest)).status_code == 404


@pytest.mark.parametrize("role", ["grader", "teacher", "lead"])
def test_graders_of_the_course_may_read_a_result(
    client: Client, course: CoursePage, attempt: Attempt, role: str
) -> None:
    grader = make_user("teacher")
    course.team.create(user=grader, role=role)
    submit_attempt(attempt=attempt)
    client.force_login(grader)
    page = client.get(url("attempt_result", attempt))
    assert page.status_code == 200
    assert attempt.student.display_name in page.text
    assert client.get(url("attempt", attempt)).status_code == 404
    assert client.post(url("attempt_answer", attempt, 1), {}).status_code == 404


def test_result_is_nobody_elses(client: Client, course: CoursePage, attempt: Attempt) -> None:
    classmate, other_teacher = make_user(), make_user("teacher")
    enroll(classmate, course)
    submit_attempt(attempt=attempt)
    for person in (classmate, other_teacher):
        client.force_login(person)
        assert client.get(url("attempt_result", attempt)).status_code == 404


@pytest.mark.parametrize("name", ["quiz_start", "attempt_answer"])
def test_writing_addresses_take_no_get(as_student: Client, attempt: Attempt, name: str) -> None:
    args = [attempt.quiz_id] if name == "quiz_start" else [attempt.pk, 1]
    assert as_student.get(reverse(name, args=args)).status_code == 405


@pytest.mark.parametrize("name", ["quiz_start", "attempt_answer", "attempt_submit"])
def test_writing_without_the_token_is_refused(attempt: Attempt, student: User, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(student)
    args = {"quiz_start": [attempt.quiz_id], "attempt_answer": [attempt.pk, 1]}
    answer = client.post(reverse(name, args=args.get(name, [attempt.pk])), {"choice": "a"})
    assert answer.status_code == 403
    assert Attempt.objects.get().is_open


@pytest.mark.parametrize("max_attempts", [2, None])
def test_key_is_not_shown_while_another_attempt_takes_answers(
    course: CoursePage, student: User, max_attempts: int | None
) -> None:
    quiz = make_quiz(course, max_attempts=max_attempts)
    first = start_attempt(quiz=quiz, student=student)
    answer_all(first, right=3)
    first = submit_attempt(attempt=first)
    second = start_attempt(quiz=quiz, student=student)
    moment = timezone.now()
    for closes, limit in ((None, max_attempts), (moment, max_attempts), (moment, 1)):
        Quiz.objects.filter(pk=quiz.pk).update(max_attempts=limit)
        Activity.objects.filter(pk=quiz.pk).update(closes_at=closes)
        attempt = Attempt.objects.select_related("quiz__course").get(pk=first.pk)
        assert not can_view_key(student, attempt, moment + SECOND)
    submit_attempt(attempt=second)
    attempt = Attempt.objects.select_related("quiz__course").get(pk=first.pk)
    assert can_view_key(student, attempt, moment + GRACE + SECOND)
