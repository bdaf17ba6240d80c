"""The outline beside a lesson in a real browser, by the keyboard alone."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.tests.factories import StudentFactory
from learning.models import CoursePage, ModulePage
from learning.selectors.outline import WINDOW
from learning.tests.factories import LessonPageFactory, enroll, lessons_of, make_course
from tests.test_accessibility import THEMES, find_violations, find_what_sticks_out

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = 2 * WINDOW + 20
HEIGHT = 800
WIDTHS = (360, 768, 1280)


@pytest.fixture
def course(transactional_db: None) -> CoursePage:
    """A long module, and after it a short one."""
    course = make_course(modules=2, lessons=2)
    long = ModulePage.objects.child_of(course).order_by("path")[0]
    for _lesson in range(LONG - 2):
        LessonPageFactory(parent=long)
    return course


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, course: CoursePage) -> Iterator[Page]:
    """A lesson in the middle of the long module, as a student reads it."""
    client = Client()
    client.force_login(enroll(StudentFactory(), course).student)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(base_url=live_server.url, reduced_motion="reduce")
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page = context.new_page()
    page.set_viewport_size({"width": WIDTHS[-1], "height": HEIGHT})
    page.goto(lessons_of(course)[LONG // 2].get_url())
    yield page
    context.close()


def test_folded_module_opens_by_the_keyboard_and_shows_its_lessons(
    page: Page, course: CoursePage
) -> None:
    last = lessons_of(course)[-1]
    link = page.locator(f'.outline a[href="{last.get_url()}"]')
    expect(link).to_have_count(0)
    page.locator(".outline__module > summary").focus()
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    expect(page.locator(".outline__module > summary")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{last.get_url()}")


def test_rest_of_a_long_module_comes_with_the_focus_on_the_current_lesson(page: Page) -> None:
    lessons = page.locator(".outline > li:first-child ol > li")
    expect(lessons).to_have_count(2 * WINDOW + 1)
    page.get_by_role("link", name="later lessons").focus()
    page.keyboard.press("Enter")
    expect(lessons).to_have_count(LONG)
    expect(page.locator(".outline [aria-current]")).to_be_focused()
    expect(page.locator(".outline [aria-current]")).to_be_in_viewport()


def test_current_lesson_stands_in_the_middle_of_the_outline(page: Page) -> None:
    current = page.locator(".outline [aria-current]").bounding_box()
    pane = page.locator("aside:has(.outline)").bounding_box()
    assert current
    assert pane
    middle = pane["y"] + pane["height"] / 2
    assert abs(current["y"] - middle) < pane["height"] / 4


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_outline_that_is_open_has_no_violation_and_fits(page: Page, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme=theme)
    if width < 960:
        page.get_by_role("link", name="Course outline").click()
    page.locator(".outline__module > summary").click()
    expect(page.locator(".outline__module a")).to_have_count(2)
    assert find_violations(page) == []
    assert find_what_sticks_out(page) == []
