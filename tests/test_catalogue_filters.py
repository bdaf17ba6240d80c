"""The filters of the catalogue in a real browser."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from learning.tests.factories import CoursePageFactory, SubjectFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_subject_when_chosen_narrows_the_list_at_once(context: BrowserContext) -> None:
    biology = SubjectFactory(name="Biology")
    CoursePageFactory(title="Plants", subject=biology)
    CoursePageFactory(title="Budgets", subject=SubjectFactory(name="Money"))
    page = context.new_page()
    page.goto("/courses/")
    page.get_by_label("Subject").select_option("Biology")
    expect(page).to_have_url(re.compile(f"subject={biology.slug}"))
    expect(page.get_by_role("link", name="Plants")).to_be_visible()
    expect(page.get_by_role("link", name="Budgets")).to_have_count(0)


def test_level_when_passed_by_keys_waits_for_the_button(context: BrowserContext) -> None:
    CoursePageFactory(title="Plants", level="beginner")
    page = context.new_page()
    page.goto("/courses/")
    page.get_by_label("Level").press("b")
    expect(page.get_by_label("Level")).to_have_value("beginner")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile("level=beginner"))
