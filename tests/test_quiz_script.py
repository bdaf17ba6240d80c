"""A quiz under way in a real browser: no answer gets lost, and the page says how it stands."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from playwright.sync_api import (
    APIResponse,
    Browser,
    BrowserContext,
    Dialog,
    Locator,
    Page,
    Route,
    expect,
)
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.tests.factories import StudentFactory
from assessments.models import Answer, Attempt, Quiz
from assessments.services.answers import save_answer
from assessments.services.attempts import start_attempt, submit_attempt
from assessments.tests.factories import PASSWORD, enroll, make_course, make_question

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATIENCE = 30_000  # milliseconds: the machine may be busy
FIRST, SECOND = "First", "Second"
NOT_SAVED = "Not saved, trying again"
SIGN_IN_AGAIN = "Sign in again in another tab"
GO_ON = "Press again to go on without this answer."


@pytest.fixture
def student(transactional_db: None) -> User:
    return StudentFactory(password=PASSWORD)


@pytest.fixture
def attempt(student: User) -> Attempt:
    """Two questions: several options may be right, and one."""
    course = make_course()
    enroll(student, course)
    quiz = Quiz.objects.create(
        course=course, title="Water", published=True, shuffle_options=False, time_limit=10
    )
    options = (FIRST, SECOND, "Third")
    make_question(quiz, kind="multiple", correct=(0, 1), options=options)
    make_question(quiz, options=options)
    return start_attempt(quiz=quiz, student=student)


@pytest.fixture
def context(browser: Browser, live_server: LiveServer, student: User) -> Iterator[BrowserContext]:
    """Signed in as the student."""
    context = browser.new_context(base_url=live_server.url)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    client = Client()
    client.force_login(student)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    set_cookie(context, live_server, settings.SESSION_COOKIE_NAME, session)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, attempt: Attempt) -> Page:
    """All questions of the attempt."""
    page = context.new_page()
    page.goto(reverse("attempt", args=[attempt.pk]))
    return page


def set_cookie(context: BrowserContext, server: LiveServer, name: str, value: str) -> None:
    context.add_cookies([{"name": name, "value": value, "url": server.url}])


def question(page: Page, position: int) -> Locator:
    return page.locator(f"form[data-item='{position}']")


def says(page: Page, position: int) -> Locator:
    return question(page, position).get_by_role("status")


def tick(page: Page, position: int, option: str) -> None:
    question(page, position).get_by_label(option).check()


def stored(attempt: Attempt, position: int) -> list[str]:
    """The texts of what is chosen."""
    answer = Answer.objects.get(attempt=attempt, item__position=position)
    chosen = answer.response.get("choice", [])
    options = answer.item.version.content["options"]
    return [option["text"] for option in options if option["id"] in chosen]


def answers_to(position: int) -> re.Pattern[str]:
    return re.compile(rf"/answers/{position}/$")


def tick_and_hold_the_reply(page: Page, position: int, option: str) -> tuple[Route, APIResponse]:
    """The server has got the answer, the page not yet its reply."""
    held: list[tuple[Route, APIResponse]] = []
    page.route(answers_to(position), lambda route: held.append((route, route.fetch())), times=1)
    tick(page, position, option)
    while not held:
        page.wait_for_timeout(20)
    return held[0]


def cut_line(page: Page, position: int) -> None:
    """Until it is unrouted nothing gets to the server."""
    page.route(answers_to(position), lambda route: route.abort())


def test_next_pressed_while_a_save_is_under_way_keeps_what_was_chosen_last(
    page: Page, attempt: Attempt
) -> None:
    page.goto(f"{page.url}?item=1")
    route, reply = tick_and_hold_the_reply(page, 1, FIRST)
    tick(page, 1, SECOND)
    page.get_by_role("button", name="Question 2").click()
    route.fulfill(response=reply)
    expect(page).to_have_url(re.compile(r"\?item=2$"))
    assert stored(attempt, 1) == [FIRST, SECOND]


def test_answer_given_before_the_script_has_come_is_kept(page: Page, attempt: Attempt) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/quiz*.js", hold, times=1)
    page.goto(page.url, wait_until="commit")
    tick(page, 2, SECOND)
    page.wait_for_timeout(100)
    assert says(page, 2).text_content() == ""
    held[0].continue_()
    expect(says(page, 2)).to_have_text("✓ Saved")
    expect(says(page, 1)).to_have_text("")
    assert stored(attempt, 2) == [SECOND]


def test_last_button_goes_to_handing_in_when_all_is_kept(page: Page, attempt: Attempt) -> None:
    page.goto(f"{page.url}?item=2")
    tick(page, 2, SECOND)
    page.get_by_role("button", name="Save and finish").click()
    expect(page.get_by_text("One question has no answer yet.")).to_be_visible()
    assert stored(attempt, 2) == [SECOND]


def test_save_pressed_while_another_answer_waits_loses_neither(
    page: Page, attempt: Attempt
) -> None:
    cut_line(page, 1)
    tick(page, 1, FIRST)
    expect(says(page, 1)).to_contain_text(NOT_SAVED)
    tick(page, 2, SECOND)
    question(page, 2).get_by_role("button", name="Save").click()
    expect(says(page, 2)).to_have_text("✓ Saved")
    page.unroute(answers_to(1))
    expect(says(page, 1)).to_have_text("✓ Saved")
    assert (stored(attempt, 1), stored(attempt, 2)) == ([FIRST], [SECOND])


def press_next_without_a_line(page: Page) -> None:
    """On the first question alone: an answer that can't be sent, and on to the second."""
    page.goto(f"{page.url}?item=1")
    cut_line(page, 1)
    tick(page, 1, FIRST)
    page.get_by_role("button", name="Question 2").click()
    expect(page.get_by_text(GO_ON)).to_be_visible()


def test_next_pressed_when_the_line_is_cut_stays_until_the_answer_is_kept(
    page: Page, attempt: Attempt
) -> None:
    press_next_without_a_line(page)
    expect(says(page, 1)).to_contain_text(NOT_SAVED)
    expect(page).to_have_url(re.compile(r"\?item=1$"))
    page.unroute(answers_to(1))
    expect(says(page, 1)).to_have_text("✓ Saved")
    page.get_by_role("button", name="Question 2").click()
    expect(page).to_have_url(re.compile(r"\?item=2$"))
    assert stored(attempt, 1) == [FIRST]


def test_next_pressed_again_when_the_line_is_cut_goes_on_if_the_reader_insists(
    page: Page, attempt: Attempt
) -> None:
    press_next_without_a_line(page)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.get_by_role("button", name="Question 2").click()
    expect(page).to_have_url(re.compile(r"\?item=2$"))
    assert asked == ["beforeunload"]
    assert stored(attempt, 1) == []


def test_answer_changed_after_a_lost_reply_is_kept(page: Page, attempt: Attempt) -> None:
    route, _reply = tick_and_hold_the_reply(page, 2, FIRST)
    tick(page, 2, SECOND)
    route.abort()
    expect(says(page, 2)).to_have_text("✓ Saved")
    assert stored(attempt, 2) == [SECOND]


def test_link_after_a_refusal_says_why_and_leads_on_the_second_time(
    page: Page, attempt: Attempt
) -> None:
    save_elsewhere(attempt, position=2, option=FIRST)
    tick(page, 2, SECOND)
    expect(says(page, 2)).to_contain_text("A newer answer to this question is stored already.")
    hand_in = page.get_by_role("link", name="Hand in").first
    hand_in.click()
    expect(page.get_by_text(GO_ON)).to_be_visible()
    hand_in.click()
    expect(page.get_by_role("heading", name="Hand in your answers?")).to_be_visible()
    assert stored(attempt, 2) == [FIRST]


def save_elsewhere(attempt: Attempt, *, position: int, option: str) -> None:
    options = attempt.items.get(position=position).version.content["options"]
    chosen = [one["id"] for one in options if one["text"] == option]
    save_answer(attempt=attempt, position=position, response={"choice": chosen})


def test_answer_given_after_the_token_was_renewed_is_kept(
    page: Page, context: BrowserContext, live_server: LiveServer, attempt: Attempt
) -> None:
    set_cookie(context, live_server, settings.CSRF_COOKIE_NAME, get_random_string(32))
    tick(page, 2, FIRST)
    expect(says(page, 2)).to_have_text("✓ Saved")
    assert stored(attempt, 2) == [FIRST]


def test_answer_given_without_a_token_says_what_to_do(page: Page, context: BrowserContext) -> None:
    context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    tick(page, 2, FIRST)
    expect(says(page, 2)).to_contain_text(SIGN_IN_AGAIN)


def test_answer_given_signed_out_is_kept_after_signing_in_in_another_tab(
    page: Page, context: BrowserContext, student: User, attempt: Attempt
) -> None:
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    tick(page, 2, FIRST)
    expect(says(page, 2)).to_contain_text(SIGN_IN_AGAIN)
    with context.expect_page() as opened:
        says(page, 2).get_by_role("link", name=SIGN_IN_AGAIN).click()
    other = opened.value
    other.get_by_label("Name or e-mail address").fill(student.username)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    expect(other).to_have_url(re.compile("/dashboard/"))
    expect(says(page, 2)).to_have_text("✓ Saved")
    assert stored(attempt, 2) == [FIRST]


def test_time_that_ends_after_the_token_was_renewed_hands_in(
    page: Page, context: BrowserContext, live_server: LiveServer, attempt: Attempt
) -> None:
    Attempt.objects.update(deadline=timezone.now() + timedelta(seconds=4))
    page.reload()
    set_cookie(context, live_server, settings.CSRF_COOKIE_NAME, get_random_string(32))
    expect(page).to_have_url(re.compile(reverse("attempt_result", args=[attempt.pk])))


def test_answer_kept_or_taken_back_is_marked_and_counted(page: Page) -> None:
    mark = page.locator(".pager [data-item='1']:visible")
    progress = page.locator(".progress:visible")
    tick(page, 1, FIRST)
    expect(mark).to_have_accessible_name("Question 1, answered")
    expect(progress).to_have_text("50 %")
    expect(progress.get_by_role("progressbar")).to_have_attribute("value", "50")
    question(page, 1).get_by_label(FIRST).uncheck()
    expect(mark).to_have_accessible_name("Question 1")
    expect(progress).to_have_text("0 %")
    expect(progress.get_by_role("progressbar")).to_have_attribute("value", "0")


def test_save_pressed_without_an_answer_asks_for_one(page: Page, context: BrowserContext) -> None:
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    question(page, 2).get_by_role("button", name="Save").click()
    expect(says(page, 2)).to_have_text("Choose an answer first.")


def test_save_pressed_when_the_answer_is_stored_says_so(page: Page) -> None:
    tick(page, 2, FIRST)
    expect(says(page, 2)).to_have_text("✓ Saved")
    question(page, 2).get_by_role("button", name="Save").click()
    expect(says(page, 2)).to_have_text("✓ Saved")


def test_answer_given_after_handing_in_elsewhere_leads_to_the_result(
    page: Page, attempt: Attempt
) -> None:
    submit_attempt(attempt=attempt)
    tick(page, 2, FIRST)
    expect(says(page, 2)).to_contain_text("This attempt has been handed in.")
    expect(page.locator(".clock")).to_be_hidden()
    expect(page.get_by_role("link", name="Hand in")).to_have_count(0)
    says(page, 2).get_by_role("link", name="See the result").click()
    expect(page).to_have_url(re.compile(reverse("attempt_result", args=[attempt.pk])))


def test_answer_given_after_the_time_leads_to_the_result(page: Page, attempt: Attempt) -> None:
    Attempt.objects.update(deadline=timezone.now() - timedelta(minutes=5))
    tick(page, 2, FIRST)
    expect(says(page, 2)).to_contain_text("Time is up.")
    link = says(page, 2).get_by_role("link", name="See the result")
    expect(link).to_have_attribute("href", reverse("attempt_result", args=[attempt.pk]))
