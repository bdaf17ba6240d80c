"""A type of question in an app of its own, from the quiz's form in the CMS to a student's points.

Run by `tests/test_examples.py`, with `tests.examples.settings`.
"""

import json
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.models import Answer, Attempt, Question, Quiz, QuizSlot
from assessments.services.attempts import start_attempt, submit_attempt
from assessments.tests.cms import make_author, quiz_data
from assessments.tests.factories import enroll, make_course, make_quiz, make_user
from learning.models import CoursePage
from learning.registries import activity_kinds

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}
PAIRS = {
    "pairs": [{"term": "Leaf", "meaning": "Makes sugar"}, {"term": "Root", "meaning": "Drinks"}]
}


@pytest.fixture
def teacher() -> User:
    return make_author()


@pytest.fixture
def course(teacher: User) -> CoursePage:
    return make_course(team=[teacher])


@pytest.fixture
def student(course: CoursePage) -> User:
    return enroll(make_user(), course).student


@pytest.fixture
def quiz(course: CoursePage) -> Quiz:
    quiz = make_quiz(course, questions=0)
    question = Question.objects.create(
        course=course, kind="matching", text="Which?", definition=PAIRS, points=4
    )
    QuizSlot.objects.create(quiz=quiz, question=question, position=1)
    return quiz


@pytest.fixture
def attempt(quiz: Quiz, student: User) -> Attempt:
    return start_attempt(quiz=quiz, student=student)


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def answer_of(attempt: Attempt) -> Answer:
    return attempt.answers.select_related("item__version").get()


def right_of(attempt: Attempt) -> dict[str, str]:
    return answer_of(attempt).item.version.key["pairs"]


def test_teacher_writes_it_in_the_quizs_form(teacher: User, course: CoursePage) -> None:
    rows = {
        str(place): {"value": pair, "id": "", "order": str(place), "deleted": ""}
        for place, pair in enumerate(PAIRS["pairs"])
    }
    question = {
        "text": "Which?",
        "kind": "matching",
        "points": "4",
        "explanation": "",
        "definition": {"pairs": {"pairs": {"count": "2", **rows}}},
    }
    client = sign_in(teacher)
    create = reverse("assessments_quiz_modeladmin_create")
    assert 'data-question-form="matching"' in client.get(create).text
    assert (
        client.post(create, quiz_data(course.pk, [{"id": "", "question": question}])).status_code
        == 302
    )
    stored = Question.objects.get()
    assert (stored.kind, stored.definition) == ("matching", PAIRS)
    bank = client.get(reverse("assessments_question_modeladmin_index"), {"kind": "matching"})
    assert "Matching" in bank.text
    assert "Which?" in bank.text


def test_one_pair_alone_is_refused_beside_the_pairs(teacher: User, course: CoursePage) -> None:
    row = {"value": PAIRS["pairs"][0], "id": "", "order": "0", "deleted": ""}
    question = {
        "text": "Which?",
        "kind": "matching",
        "points": "4",
        "definition": {"pairs": {"pairs": {"count": "1", "0": row}}},
    }
    create = reverse("assessments_quiz_modeladmin_create")
    response = sign_in(teacher).post(
        create, quiz_data(course.pk, [{"id": "", "question": question}])
    )
    assert response.status_code == 200
    assert "The minimum number of items is 2" in response.text
    assert not Quiz.objects.exists()


def test_page_shows_terms_meanings_and_the_style_of_the_type(
    attempt: Attempt, student: User
) -> None:
    page = sign_in(student).get(reverse("attempt", args=[attempt.pk])).text
    assert "Leaf" in page
    assert page.count("Makes sugar") == 2
    assert "matching/matching.css" in page


def test_form_and_json_store_the_same_response(attempt: Attempt, student: User) -> None:
    client = sign_in(student)
    url = reverse("attempt_answer", args=[attempt.pk, 1])
    right = right_of(attempt)
    client.post(url, {f"pair-{term}": meaning for term, meaning in right.items()})
    by_form = answer_of(attempt)
    assert by_form.response == {"pairs": right}
    body = json.dumps({"pairs": right, "sequence": by_form.sequence})
    assert client.post(url, body, content_type="application/json", headers=JSON).status_code == 200
    assert answer_of(attempt).response == by_form.response
    forged = json.dumps({"pairs": {"nothing": "of ours"}})
    assert (
        client.post(url, forged, content_type="application/json", headers=JSON).status_code == 400
    )


def test_half_of_the_pairs_earn_half_of_the_points(attempt: Attempt, student: User) -> None:
    client = sign_in(student)
    term, meaning = next(iter(right_of(attempt).items()))
    client.post(reverse("attempt_answer", args=[attempt.pk, 1]), {f"pair-{term}": meaning})
    assert answer_of(attempt).is_given
    assert submit_attempt(attempt=attempt).points == Decimal(2)
    result = client.get(reverse("attempt_result", args=[attempt.pk])).text
    assert "2 of 4 points" in result
    assert "(right: " in result


def test_copied_quiz_keeps_it(quiz: Quiz) -> None:
    other = make_course()
    copied = activity_kinds["quiz"].copy(quiz, other)
    question = copied.slots.get().question
    assert (question.kind, question.definition, question.course) == ("matching", PAIRS, other)
