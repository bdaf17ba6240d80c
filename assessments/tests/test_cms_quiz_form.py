"""Writing a quiz in the CMS, questions and options inline."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import rich_text

from accounts.models import User
from assessments.forms.questions import DefinitionField
from assessments.modeladmin.panels import FORMATTING
from assessments.models import Attempt, GradeItem, Question, Quiz
from assessments.question_types import question_types
from assessments.question_types.base import messages_in
from assessments.services.attempts import start_attempt
from assessments.tests.cms import (
    FOUR,
    Data,
    options_data,
    question_data,
    quiz_data,
)
from assessments.tests.cms import stored_question_data as stored
from assessments.tests.factories import key_of, make_course, make_question, make_quiz, options_of
from core.models import AuditEvent
from learning.models import CoursePage
from learning.services.activities import sync_after_save

pytestmark = pytest.mark.django_db
CREATE = reverse("assessments_quiz_modeladmin_create")


@pytest.fixture
def cms(client: Client, teacher: User) -> Client:
    client.force_login(teacher)
    return client


def edit_url(quiz: Quiz) -> str:
    return reverse("assessments_quiz_modeladmin_edit", args=[quiz.pk])


def form_errors(response: Any) -> Any:
    assert response.status_code == 200
    return response.context["form"].errors


def option_errors(response: Any, number: int = 0) -> str:
    assert response.status_code == 200
    question = response.context["form"].formsets["slots"].forms[number].question_form
    return " ".join(messages_in(question.errors.as_data()["definition"][0]))


def test_empty_form_offers_questions_with_two_blank_options(cms: Client, course: Any) -> None:
    page = cms.get(CREATE).content.decode()
    assert 'name="slots-__prefix__-question-text"' in page
    field = DefinitionField(question_types["single"])
    assert len(field.prepare_value(None)["options"]) == 2
    assert f'id="slots-__prefix__-question-definition-{field.question_type.author_form}"' in page


def test_quiz_is_stored_with_questions_options_and_slots(cms: Client, course: Any) -> None:
    questions = [
        question_data(text="Where?"),
        question_data(text="Is it?", kind="true_false", options=[("True", False), ("False", True)]),
    ]
    response = cms.post(CREATE, quiz_data(course.pk, questions))
    assert response.status_code == 302
    quiz = Quiz.objects.get()
    assert (quiz.course_id, quiz.published) == (course.pk, False)
    assert [slot.question.text for slot in quiz.slots.all()] == ["Where?", "Is it?"]
    first = quiz.slots.first().question
    assert first.definition == options_of([text for text, _right in FOUR])
    assert first.course_id == course.pk


def test_published_quiz_has_a_grade_item_and_a_record_of_who(
    cms: Client, course: Any, teacher: User
) -> None:
    cms.post(CREATE, quiz_data(course.pk, [question_data(points="2.5")], published="on"))
    quiz = Quiz.objects.get()
    assert quiz.announced_at is not None
    assert str(GradeItem.objects.get(activity=quiz).max_points) == "2.50"
    assert AuditEvent.objects.about(quiz).get().actor == teacher


def test_quiz_without_questions_is_not_published_and_says_so_beside_the_field(
    cms: Client, course: Any
) -> None:
    response = cms.post(CREATE, quiz_data(course.pk, [], published="on"))
    assert "needs a question" in str(form_errors(response)["published"])
    assert not Quiz.objects.exists()


def test_quiz_is_not_published_when_its_last_question_goes(cms: Client, quiz: Quiz) -> None:
    gone = [stored(question, DELETE="1") for question in quiz.questions.all()]
    response = cms.post(edit_url(quiz), quiz_data(quiz.course_id, gone, published="on"))
    assert "needs a question" in str(form_errors(response)["published"])
    assert quiz.questions.count() == 3


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"options": [("A", False), ("B", False)]}, "exactly one"),
        ({"options": [("A", True), ("B", True)]}, "exactly one"),
        ({"options": [("A", True)]}, "2 to 10"),
        ({"options": [(str(number), number == 1) for number in range(11)]}, "2 to 10"),
        ({"options": [("A", True), ("a", False)]}, "the same"),
        ({"kind": "multiple", "options": [("A", False), ("B", False)]}, "at least one"),
        ({"kind": "true_false"}, "exactly two"),
    ],
)
def test_wrong_options_are_refused_beside_them_and_nothing_is_stored(
    cms: Client, course: Any, fields: Data, words: str
) -> None:
    response = cms.post(CREATE, quiz_data(course.pk, [question_data(**fields)]))
    assert words in option_errors(response)
    assert words in response.content.decode()
    assert not Quiz.objects.exists()


def test_blank_question_and_blank_option_are_refused_not_dropped(cms: Client, course: Any) -> None:
    blank = question_data(text="", options=[("", False), ("", False)])
    response = cms.post(CREATE, quiz_data(course.pk, [blank]))
    form = response.context["form"].formsets["slots"].forms[0]
    assert "text" in form.question_form.errors
    assert "This field is required." in option_errors(response)
    assert not Quiz.objects.exists()


def test_removed_option_does_not_count(cms: Client, course: Any) -> None:
    rows = question_data()
    rows["question"]["definition"]["choices"]["options"]["0"]["deleted"] = "1"
    response = cms.post(CREATE, quiz_data(course.pk, [rows]))
    assert "exactly one" in option_errors(response)


def test_introduction_is_cleaned_before_it_is_stored(cms: Client, course: Any) -> None:
    text = rich_text("<p>Read <b>this</b></p>", features=FORMATTING)
    cms.post(CREATE, quiz_data(course.pk, [question_data()], introduction=text))
    stored_text = Quiz.objects.get().introduction
    assert "data-block-key" not in stored_text
    assert "Read" in stored_text


def test_dates_in_the_wrong_order_are_said_beside_the_second(cms: Client, course: Any) -> None:
    data = quiz_data(
        course.pk, [question_data()], opens_at="2027-01-02 10:00", closes_at="2027-01-01 10:00"
    )
    assert "after it opens" in str(form_errors(cms.post(CREATE, data))["closes_at"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_limit", "0"),
        ("max_attempts", "0"),
        ("pass_mark", "101"),
        ("title", ""),
        ("course", ""),
    ],
)
def test_values_out_of_range_are_said_beside_the_field(
    cms: Client, course: Any, field: str, value: str
) -> None:
    response = cms.post(CREATE, quiz_data(course.pk, [question_data()], **{field: value}))
    assert field in form_errors(response)


def test_course_of_somebody_else_cannot_be_chosen(cms: Client, course: Any) -> None:
    other = make_course(title="Not mine")
    assert "Not mine" not in cms.get(CREATE).content.decode()
    response = cms.post(CREATE, quiz_data(other.pk, [question_data()]))
    assert "course" in form_errors(response)
    assert not Quiz.objects.exists()


def test_course_of_a_stored_quiz_stays(
    cms: Client, course: CoursePage, quiz: Quiz, teacher: User
) -> None:
    other = make_course(team=[teacher])
    rows = [stored(question) for question in quiz.questions.all()]
    assert cms.post(edit_url(quiz), quiz_data(other.pk, rows)).status_code == 302
    assert Quiz.objects.get().course_id == course.pk


def test_unused_question_is_deleted_when_it_is_removed(cms: Client, quiz: Quiz) -> None:
    first, *others = quiz.questions.all()
    rows = [stored(first, DELETE="1"), *map(stored, others)]
    cms.post(edit_url(quiz), quiz_data(quiz.course_id, rows))
    assert not Question.objects.filter(pk=first.pk).exists()
    assert quiz.slots.count() == 2


def test_answered_question_is_archived_and_the_attempt_stays_as_it_was(
    cms: Client, quiz: Quiz, attempt: Attempt
) -> None:
    before = list(attempt.items.values("position", "version", "version__content", "max_points"))
    rows = [stored(question, DELETE="1") for question in quiz.questions.all()]
    rows.append(question_data(text="New?"))
    assert cms.post(edit_url(quiz), quiz_data(quiz.course_id, rows)).status_code == 302
    assert quiz.questions.filter(archived=True).count() == 3
    assert [slot.question.text for slot in quiz.slots.in_use()] == ["New?"]
    after = list(attempt.items.values("position", "version", "version__content", "max_points"))
    assert after == before
    assert 'value="Question 1?"' not in cms.get(edit_url(quiz)).content.decode()


def test_archived_questions_survive_the_next_saving(
    cms: Client, quiz: Quiz, attempt: Attempt
) -> None:
    archived = quiz.questions.first()
    Question.objects.filter(pk=archived.pk).update(archived=True)
    rows = [stored(question) for question in quiz.questions.filter(archived=False)]
    assert cms.post(edit_url(quiz), quiz_data(quiz.course_id, rows)).status_code == 302
    kept = Question.objects.get(pk=archived.pk)
    assert (kept.quizzes.get(), kept.archived) == (quiz, True)
    assert quiz.slots.in_use().count() == 2


def test_changed_answered_question_leaves_the_attempt_and_its_key(
    cms: Client, quiz: Quiz, attempt: Attempt
) -> None:
    key = key_of(attempt)
    text = attempt.items.get(position=1).version.content["text"]
    first, *others = quiz.questions.all()
    changed = stored(first, text="Changed?")
    changed["question"]["definition"] = options_data(
        "single", [("Other", False), ("Right now", True)]
    )
    cms.post(edit_url(quiz), quiz_data(quiz.course_id, [changed, *map(stored, others)]))
    assert Question.objects.get(pk=first.pk).text == "Changed?"
    assert key_of(attempt) == key
    assert attempt.items.get(position=1).version.content["text"] == text


def test_order_of_the_questions_is_the_order_of_the_form(cms: Client, quiz: Quiz) -> None:
    rows = [stored(question) for question in quiz.questions.all()]
    for row, order in zip(rows, ("3", "1", "2"), strict=True):
        row["ORDER"] = order
    cms.post(edit_url(quiz), quiz_data(quiz.course_id, rows))
    texts = [slot.question.text for slot in quiz.slots.all()]
    assert texts == ["Question 2?", "Question 3?", "Question 1?"]


def test_question_that_somebody_removed_meanwhile_is_said_and_not_a_crash(
    cms: Client, quiz: Quiz
) -> None:
    first = quiz.questions.first()
    rows = [stored(question) for question in quiz.questions.all()]
    first.slots.get().delete()
    response = cms.post(edit_url(quiz), quiz_data(quiz.course_id, rows))
    assert response.status_code == 200
    assert "removed a part of this meanwhile" in response.content.decode()


def test_question_of_another_quiz_cannot_be_pulled_in(cms: Client, quiz: Quiz) -> None:
    other = make_question(make_quiz(questions=0), text="Theirs?")
    theirs = other.definition
    rows = [stored(question) for question in quiz.questions.all()]
    rows[0]["id"] = str(other.slots.get().pk)
    assert cms.post(edit_url(quiz), quiz_data(quiz.course_id, rows)).status_code == 200
    other.refresh_from_db()
    assert (other.text, quiz.questions.filter(pk=other.pk).exists()) == ("Theirs?", False)
    assert other.definition == theirs


def test_title_with_markup_is_shown_as_text(cms: Client, quiz: Quiz) -> None:
    Quiz.objects.update(title="<script>alert(1)</script>")
    for name in ("index", "edit", "delete", "archive", "history"):
        args = [] if name == "index" else [quiz.pk]
        page = cms.get(reverse(f"assessments_quiz_modeladmin_{name}", args=args))
        assert page.status_code == 200
        assert "<script>alert(1)" not in page.content.decode()


def test_form_costs_the_same_for_many_questions(
    cms: Client, quiz: Quiz, django_assert_max_num_queries: Any
) -> None:
    for _number in range(20):
        make_question(quiz)
    with django_assert_max_num_queries(40):
        cms.get(edit_url(quiz))


def test_running_quiz_can_be_saved_after_its_window(cms: Client, quiz: Quiz) -> None:
    Quiz.objects.update(closes_at=timezone.now())
    rows = [stored(question) for question in quiz.questions.all()]
    assert cms.post(edit_url(quiz), quiz_data(quiz.course_id, rows)).status_code == 302


@pytest.mark.parametrize("key", ["abc", None])
@pytest.mark.parametrize(
    "name",
    [
        "slots-0-id",
        "slots-0-question-definition-choices-options-count",
        "slots-0-question-definition-choices-options-1-order",
    ],
)
def test_broken_keys_of_rows_are_refused_and_nothing_is_stored(
    cms: Client, quiz: Quiz, name: str, key: str | None
) -> None:
    data = quiz_data(quiz.course_id, [stored(row) for row in quiz.questions.all()], title="New")
    data[name] = key
    sent = {field: value for field, value in data.items() if value is not None}
    assert cms.post(edit_url(quiz), sent).status_code == 400
    quiz.refresh_from_db()
    assert quiz.title == "Water"


def test_attempt_under_way_ends_with_a_quiz_that_got_a_closing_date(
    cms: Client, quiz: Quiz, student: User
) -> None:
    attempt = start_attempt(quiz=quiz, student=student)
    assert attempt.deadline is None
    quiz.closes_at = timezone.now() + timedelta(hours=1)
    sync_after_save(activity=quiz)
    attempt.refresh_from_db()
    assert attempt.deadline == quiz.closes_at


def test_attempt_under_way_keeps_a_deadline_before_the_closing_date(
    course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, time_limit=10)
    attempt = start_attempt(quiz=quiz, student=student)
    quiz.closes_at = timezone.now() + timedelta(hours=1)
    sync_after_save(activity=quiz)
    assert Attempt.objects.get().deadline == attempt.deadline
