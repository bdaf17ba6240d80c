"""Every page for everyone: no axe violation, nothing wider than a phone, nothing refused.

A page is loaded once and looked at in each width and theme. The academy is made once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Route
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from tests.screens import SCREENS, Screen, make_academy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Theme = Literal["light", "dark"]
WIDTHS = (360, 1280)
HEIGHT = 800
THEMES: tuple[Theme, ...] = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": RULES},
    "resultTypes": ["violations"],
    "iframes": False,  # what other hosts show in a video's frame isn't ours
}
# A page hears of its new width in the first, and is drawn again in the second.
AFTER_TWO_FRAMES = (
    "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
)
OTHER_HOSTS_PAGE = "<!doctype html><html lang=en><title>Video</title><h1>Video</h1></html>"


@dataclass
class Shown:
    """A page that stands in a tab, and what the browser complained about."""

    screen: Screen
    page: Page
    complaints: list[str] = field(default_factory=list)

    @contextmanager
    def listening(self) -> Iterator[None]:
        self.page.on("console", self._note)
        self.page.on("pageerror", self._note_error)
        try:
            yield
        finally:
            self.page.remove_listener("console", self._note)
            self.page.remove_listener("pageerror", self._note_error)

    def _note_error(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not self._tells_the_status(message):
            self.complaints.append(f"{message.type}: {message.text}")

    def _tells_the_status(self, message: ConsoleMessage) -> bool:
        """Chromium writes an error for every page that answers 404, this one as it should."""
        return self.screen.status == 404 and message.location["url"] == self.page.url


@pytest.fixture
def _django_db_helper() -> None:
    """In the place of pytest-django's, which empties the database after each test."""


@pytest.fixture(scope="module")
def academy(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, browser: Browser
) -> Iterator[LiveServer]:
    """The demo academy behind a real server, emptied when the last page has been seen."""
    with django_db_blocker.unblock():
        make_academy()
        server = LiveServer("localhost")
        yield server
        server.stop()
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def readers(academy: LiveServer, browser: Browser) -> Iterator[dict[str, Page]]:
    """One tab for each person, signed in: to open one takes longer than to look at a page."""
    contexts = {name: open_context(browser, academy, name) for name in {s.reader for s in SCREENS}}
    yield {name: context.new_page() for name, context in contexts.items()}
    for context in contexts.values():
        context.close()


def open_context(browser: Browser, academy: LiveServer, reader: str) -> BrowserContext:
    context = browser.new_context(base_url=academy.url, reduced_motion="reduce")
    context.route(lambda url: not url.startswith(academy.url), answer_for_other_hosts)
    if reader:
        client = Client()
        client.force_login(User.objects.get(username=reader))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": academy.url}
        context.add_cookies([cookie])
    return context


def answer_for_other_hosts(route: Route) -> None:
    """The suite never leaves the machine."""
    route.fulfill(content_type="text/html", body=OTHER_HOSTS_PAGE)


@pytest.fixture(scope="module")
def shown(request: pytest.FixtureRequest, readers: dict[str, Page]) -> Iterator[Shown]:
    screen: Screen = request.param
    shown = Shown(screen, readers[screen.reader])
    with shown.listening():
        answer = shown.page.goto(screen.address())
        assert answer
        assert answer.status == screen.status
        yield shown


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("shown", SCREENS, ids=str, indirect=True)
def test_page_has_no_violation_no_complaint_and_fits(
    shown: Shown, width: int, theme: Theme
) -> None:
    shown.page.set_viewport_size({"width": width, "height": HEIGHT})
    shown.page.emulate_media(color_scheme=theme)
    shown.page.evaluate(AFTER_TWO_FRAMES)
    assert find_violations(shown.page) == []
    assert find_what_sticks_out(shown.page) == []
    assert shown.complaints == []


def find_violations(page: Page) -> list[str]:
    """Each rule of axe that is broken, with the elements that break it."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(
        """async (options) => {
            const { violations } = await axe.run(options);
            return violations.flatMap(({ id, help, nodes }) =>
                nodes.map((one) => `${id}: ${help}: ${one.target} ${one.failureSummary}`));
        }""",
        OPTIONS,
    )
    return found


def find_what_sticks_out(page: Page) -> list[str]:
    """Nothing, where the page does not scroll sideways; else the elements beyond its edge."""
    found: list[str] = page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll("body *")]
                .map((one) => [one, one.getBoundingClientRect().right])
                .filter(([one, right]) => right > width + 1)
                .map(([one, right]) => `${one.tagName} ${one.className} ${right}`);
        }"""
    )
    return found
