"""Deleting, archiving and the history of work in the CMS."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.models import Assignment, Attempt, Quiz, Submission
from assessments.services.attempts import start_attempt
from assessments.services.submissions import hand_in
from assessments.tests.cms import assignment_data, make_author
from assessments.tests.factories import make_assignment
from learning.models import CoursePage

pytestmark = pytest.mark.django_db
WRITTEN = ("quiz", "assignment", "question")


def address(model: str, action: str, key: Any) -> str:
    return reverse(f"assessments_{model}_modeladmin_{action}", args=[key])


@pytest.fixture
def works(course: CoursePage, quiz: Quiz, student: User) -> dict[str, Any]:
    """One row of each kind, each with a record of the student."""
    assignment = make_assignment(course)
    hand_in(assignment=assignment, student=student, text="Here.")
    start_attempt(quiz=quiz, student=student)
    return {"quiz": quiz, "assignment": assignment, "question": quiz.questions.first()}


def as_user(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def test_deleting_unused_work_asks_and_then_does_it(
    client: Client, teacher: User, quiz: Quiz
) -> None:
    cms = as_user(client, teacher)
    assert "Nobody has used it yet" in cms.get(address("quiz", "delete", quiz.pk)).content.decode()
    assert cms.post(address("quiz", "delete", quiz.pk)).status_code == 302
    assert not Quiz.objects.exists()


@pytest.mark.parametrize("model", WRITTEN)
def test_deleting_used_work_offers_to_archive_and_loses_nothing(
    client: Client, teacher: User, works: dict[str, Any], model: str
) -> None:
    cms = as_user(client, teacher)
    url = address(model, "delete", works[model].pk)
    for response, status in ((cms.get(url), 200), (cms.post(url), 409)):
        assert response.status_code == status
        assert address(model, "archive", works[model].pk) in response.content.decode()
    assert type(works[model]).objects.filter(pk=works[model].pk).exists()
    assert (Attempt.objects.count(), Submission.objects.count()) == (1, 1)


@pytest.mark.parametrize("model", WRITTEN)
def test_archive_and_restore_from_the_list(
    client: Client, teacher: User, works: dict[str, Any], model: str
) -> None:
    cms = as_user(client, teacher)
    url = address(model, "archive", works[model].pk)
    assert "Archive" in cms.get(url).content.decode()
    assert cms.post(url).status_code == 302
    assert type(works[model]).objects.get(pk=works[model].pk).archived
    assert "Restore" in cms.get(url).content.decode()
    assert "archived already" in cms.get(address(model, "delete", works[model].pk)).content.decode()
    cms.post(url, {"restore": "1"})
    assert not type(works[model]).objects.get(pk=works[model].pk).archived


def test_history_says_who_changed_what(client: Client, teacher: User, course: CoursePage) -> None:
    cms = as_user(client, teacher)
    create = reverse("assessments_assignment_modeladmin_create")
    cms.post(create, assignment_data(course.pk))
    page = cms.get(address("assignment", "history", Assignment.objects.get().pk))
    assert teacher.get_full_name() in page.content.decode()


def test_history_of_other_courses_is_not_in_the_site_report(
    client: Client, teacher: User, course: CoursePage
) -> None:
    create = reverse("assessments_assignment_modeladmin_create")
    as_user(client, teacher).post(create, assignment_data(course.pk, title="Secretassignment"))
    page = as_user(client, make_author()).get(reverse("wagtailadmin_reports:site_history"))
    assert b"Secretassignment" not in page.content
