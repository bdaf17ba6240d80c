"""What somebody typed is still there after their session ended, and gone when the server has it."""

import re
from decimal import Decimal

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.models import User
from accounts.tests.factories import StudentFactory, TeacherFactory
from assessments.models import Assignment, Grade, Submission
from assessments.services.submissions import grade_submission, hand_in
from assessments.tests.factories import PASSWORD, enroll, make_assignment, make_course
from tests.sign_in import open_page, press, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG_TEXT = "Water rises because leaves lose it.\n" * 40
IS_BACK = "What you had typed is back."


@pytest.fixture
def student(transactional_db: None) -> User:
    return StudentFactory(password=PASSWORD, first_name="Asha")


@pytest.fixture
def teacher(transactional_db: None) -> User:
    return TeacherFactory(password=PASSWORD)


@pytest.fixture
def assignment(student: User, teacher: User) -> Assignment:
    course = make_course(team=[teacher])
    enroll(student, course)
    return make_assignment(course, max_points=Decimal(20))


@pytest.fixture
def submission(assignment: Assignment, student: User) -> Submission:
    return hand_in(assignment=assignment, student=student, text="Mine", files=[]).submission


def end_session(page: Page) -> None:
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def answer(page: Page) -> Locator:
    return page.get_by_label("Your answer")


def is_back(page: Page) -> Locator:
    return page.get_by_role("status").get_by_text(IS_BACK)


def kept(page: Page) -> str:
    """All that the tab remembers."""
    return str(page.evaluate("() => JSON.stringify({...sessionStorage})"))


def press_without_session(page: Page, button: str, *, then: User) -> None:
    """The session is over when the button is pressed; then somebody signs in."""
    end_session(page)
    press(page, button)
    sign_in(page, then)


def test_answer_handed_in_after_the_session_ended_is_back_after_signing_in(
    context: BrowserContext, student: User, assignment: Assignment
) -> None:
    page = open_page(context, student, "assignment", assignment.pk)
    answer(page).fill(LONG_TEXT)
    press_without_session(page, "Hand in", then=student)
    expect(answer(page)).to_have_value(LONG_TEXT)
    expect(is_back(page)).to_be_visible()
    press(page, "Hand in")
    expect(page.get_by_text("Handed in. You can see below what arrived.")).to_be_visible()
    assert Submission.objects.get().tries_count == 1


def test_answer_when_it_was_handed_in_never_comes_back(
    context: BrowserContext, student: User, assignment: Assignment
) -> None:
    page = open_page(context, student, "assignment", assignment.pk)
    answer(page).fill(LONG_TEXT)
    press(page, "Hand in")
    expect(page.get_by_text("Handed in. You can see below what arrived.")).to_be_visible()
    assert "Water rises" not in kept(page)
    for move in (page.reload, page.go_back, page.reload):
        move()
        expect(answer(page)).to_have_value("")
        expect(is_back(page)).to_have_count(0)


def test_answer_typed_before_leaving_is_there_on_the_way_back(
    context: BrowserContext, student: User, assignment: Assignment
) -> None:
    page = open_page(context, student, "assignment", assignment.pk)
    answer(page).fill(LONG_TEXT)
    page.get_by_role("link", name="Courses").first.click()
    page.go_back()
    expect(answer(page)).to_have_value(LONG_TEXT)


def test_answer_for_a_second_try_is_shown_in_its_open_fold(
    context: BrowserContext, student: User, submission: Submission
) -> None:
    page = open_page(context, student, "assignment", submission.assignment_id)
    page.get_by_text("Write or send something new").click()
    answer(page).fill(LONG_TEXT)
    page.reload()
    expect(is_back(page)).to_be_visible()
    expect(answer(page)).to_have_value(LONG_TEXT)


def test_grade_saved_after_the_session_ended_is_back_after_signing_in(
    context: BrowserContext, teacher: User, submission: Submission
) -> None:
    page = open_page(context, teacher, "submission_grade", submission.pk)
    page.get_by_label("Points").fill("12.5")
    page.get_by_label("Feedback").fill(LONG_TEXT)
    press_without_session(page, "Save", then=teacher)
    expect(page.get_by_label("Points")).to_have_value("12.5")
    expect(page.get_by_label("Feedback")).to_have_value(LONG_TEXT)
    expect(is_back(page)).to_be_visible()
    press(page, "Save")
    expect(page.get_by_text("12.5 of 20 points")).to_be_visible()
    assert "12.5" not in kept(page)


def test_grade_that_somebody_changed_meanwhile_shows_what_the_server_says(
    context: BrowserContext, teacher: User, submission: Submission
) -> None:
    page = open_page(context, teacher, "submission_grade", submission.pk)
    page.get_by_label("Feedback").fill("Kept from before")
    page.get_by_label("Points").fill("3")
    grade_submission(submission=submission, points=Decimal(9), feedback="", by=teacher, version=0)
    page.reload()
    expect(page.get_by_label("Points")).to_have_value("3")
    press(page, "Save")
    expect(page.get_by_text("Stored now")).to_be_visible()
    expect(is_back(page)).to_have_count(0)
    assert Grade.objects.get().points == Decimal(9)
    press(page, "Save mine")
    expect(page.get_by_text("3 of 20 points")).to_be_visible()


def test_name_saved_after_the_session_ended_is_back_after_signing_in(
    context: BrowserContext, student: User
) -> None:
    page = open_page(context, student, "account_profile")
    page.get_by_label("First name").fill("Meera")
    press_without_session(page, "Save", then=student)
    expect(page.get_by_label("First name")).to_have_value("Meera")
    expect(is_back(page)).to_be_visible()
    press(page, "Save")
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    assert "Meera" not in kept(page)


def test_typed_work_when_somebody_else_signs_in_stays_hidden(
    context: BrowserContext, student: User, teacher: User
) -> None:
    page = open_page(context, student, "account_profile")
    page.get_by_label("First name").fill("Meera")
    press_without_session(page, "Save", then=teacher)
    expect(page.get_by_label("First name")).to_have_value(teacher.first_name)
    expect(is_back(page)).to_have_count(0)


def test_typed_work_is_forgotten_at_sign_out(context: BrowserContext, student: User) -> None:
    page = open_page(context, student, "account_profile")
    page.get_by_label("First name").fill("Meera")
    assert "Meera" in kept(page)
    page.locator("summary", has_text="Menu of").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).not_to_have_url(re.compile("profile"))
    assert "Meera" not in kept(page)
