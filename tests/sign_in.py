"""What every reader does in the browser: sign in, open a page, press a button."""

import re

from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from assessments.tests.factories import PASSWORD


def open_page(context: BrowserContext, person: User, name: str, *args: int) -> Page:
    """The page of that name in a new tab, for this person, who has `PASSWORD`."""
    page = context.new_page()
    page.goto(f"{reverse('account_login')}?next={reverse(name, args=args)}")
    sign_in(page, person)
    expect(page).to_have_url(re.compile(reverse(name, args=args)))
    return page


def sign_in(page: Page, person: User) -> None:
    page.get_by_label("Name or e-mail address").fill(person.username)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")


def press(page: Page, name: str) -> None:
    """A button of the page itself, not of the bar above it."""
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
