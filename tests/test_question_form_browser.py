"""An author chooses the type of a question: its form comes, and what was written is kept."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from assessments.models import Question
from assessments.tests.cms import make_author
from assessments.tests.factories import make_course

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORM = "slots-0-question-definition"


@pytest.fixture
def page(context: BrowserContext, live_server: LiveServer) -> Page:
    """The form of a new quiz with one question in it."""
    author = make_author()
    make_course(team=[author])
    client = Client()
    client.force_login(author)
    name = settings.SESSION_COOKIE_NAME
    session = client.cookies[name].value
    context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + reverse("assessments_quiz_modeladmin_create"))
    page.get_by_role("button", name="Add Question").click()
    page.locator("[name=title]").fill("Water")
    page.locator("[name=slots-0-question-text]").fill("Is it wet?")
    return page


def option(page: Page, form: str, place: int, field: str = "text") -> Locator:
    return page.locator(f"[name={FORM}-{form}-options-{place}-value-{field}]")


def test_form_of_the_chosen_type_comes_and_what_was_written_before_is_kept(page: Page) -> None:
    kind = page.locator("[name=slots-0-question-kind]")
    option(page, "choices", 0).fill("Leaf")
    kind.select_option("multiple")
    expect(option(page, "choices", 0)).to_have_value("Leaf")
    kind.select_option("true_false")
    expect(option(page, "choices", 0)).to_be_hidden()
    expect(option(page, "true_false", 0)).to_have_value("True")
    expect(option(page, "true_false", 1)).to_have_value("False")
    kind.select_option("single")
    expect(option(page, "true_false", 0)).to_be_hidden()
    expect(option(page, "choices", 0)).to_have_value("Leaf")
    kind.select_option("true_false")
    option(page, "true_false", 1, "is_correct").check()
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Water", exact=True).first).to_be_visible()
    question = Question.objects.get()
    assert question.kind == "true_false"
    assert question.definition == {
        "options": [
            {"text": "True", "is_correct": False},
            {"text": "False", "is_correct": True},
        ]
    }


def test_refused_form_comes_back_with_the_chosen_type_and_its_errors(page: Page) -> None:
    page.locator("[name=slots-0-question-kind]").select_option("true_false")
    option(page, "true_false", 0).fill("Yes")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Mark exactly one option as correct.")).to_be_visible()
    expect(option(page, "true_false", 0)).to_have_value("Yes")
    page.locator("[name=slots-0-question-kind]").select_option("single")
    expect(option(page, "choices", 0)).to_have_value("")
