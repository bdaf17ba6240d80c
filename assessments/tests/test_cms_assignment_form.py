"""Writing an assignment in the CMS."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data

from accounts.models import User
from assessments.modeladmin.work import AssignmentAdmin, QuestionAdmin, QuizAdmin
from assessments.models import Assignment, GradeItem, Question, Quiz
from assessments.tests.cms import assignment_data, question_data, quiz_data
from assessments.tests.factories import make_course
from learning.models import CoursePage

pytestmark = pytest.mark.django_db
CREATE = reverse("assessments_assignment_modeladmin_create")


@pytest.fixture
def cms(client: Client, teacher: User) -> Client:
    client.force_login(teacher)
    return client


def errors(response: Any) -> Any:
    assert response.status_code == 200
    assert not Assignment.objects.exists()
    return response.context["form"].errors


def test_published_assignment_is_stored_announced_and_graded_in_the_book(
    cms: Client, course: CoursePage
) -> None:
    assert cms.post(CREATE, assignment_data(course.pk, published="on")).status_code == 302
    assignment = Assignment.objects.get()
    assert assignment.announced_at is not None
    assert GradeItem.objects.get(activity=assignment).max_points == 100


def test_draft_is_not_announced(cms: Client, course: CoursePage) -> None:
    cms.post(CREATE, assignment_data(course.pk))
    assert Assignment.objects.get().announced_at is None


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"opens_at": "2027-01-02 10:00", "due_at": "2027-01-01 10:00"}, "due_at", "after"),
        ({"opens_at": "2027-01-02 10:00", "closes_at": "2027-01-02 10:00"}, "closes_at", "after"),
        ({"due_at": "2027-01-02 10:00", "closes_at": "2027-01-01 10:00"}, "closes_at", "or later"),
        ({"accepts_text": "", "accepts_files": ""}, "accepts_files", "text, a file"),
        ({"max_points": "0"}, "max_points", "0.01"),
        ({"max_tries": "0"}, "max_tries", "1"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(
    cms: Client, course: CoursePage, fields: dict[str, str], field: str, words: str
) -> None:
    data = {key: value for key, value in assignment_data(course.pk, **fields).items() if value}
    assert words in str(errors(cms.post(CREATE, data))[field])


def test_points_follow_into_the_grade_book(cms: Client, course: CoursePage) -> None:
    cms.post(CREATE, assignment_data(course.pk, published="on"))
    edit = reverse("assessments_assignment_modeladmin_edit", args=[Assignment.objects.get().pk])
    data = assignment_data(course.pk, published="on", max_points="20", title="Letter")
    assert cms.post(edit, data).status_code == 302
    assert list(GradeItem.objects.values_list("title", "max_points")) == [("Letter", 20)]


def test_only_course_is_chosen_already(cms: Client, course: CoursePage, teacher: User) -> None:
    assert cms.get(CREATE).context["form"]["course"].value() == course.pk
    make_course(team=[teacher])
    assert cms.get(CREATE).context["form"]["course"].value() is None


def test_form_that_is_not_to_write_writes_nothing(teacher: User, course: CoursePage) -> None:
    handlers = {"assignment": AssignmentAdmin(), "quiz": QuizAdmin(), "question": QuestionAdmin()}
    data = {
        "assignment": assignment_data(course.pk, published="on"),
        "quiz": quiz_data(course.pk, [question_data()]),
        "question": nested_form_data(question_data()["question"]),
    }
    for name, admin in handlers.items():
        handler = admin.get_edit_handler().bind_to_model(admin.model)
        form = handler.get_form_class()(data[name], for_user=teacher)
        assert form.is_valid(), form.errors
        form.save(commit=False)
    assert not Assignment.objects.exists()
    assert not Quiz.objects.exists()
    assert not Question.objects.exists()
