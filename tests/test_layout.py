"""What can only be measured in a browser: nothing cut off, nothing that touches."""

from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.models import User
from accounts.tests.factories import StudentFactory, TeacherFactory
from assessments.services.submissions import grade_submission, hand_in
from assessments.tests.factories import PASSWORD, enroll, make_assignment, make_course
from tests.sign_in import open_page, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WINDOW = {"width": 1280, "height": 900}
BELOW_THE_BAR = 60
GAP = 12
LONG_TEXT = "Water rises because leaves lose it.\n" * 200


@pytest.fixture
def teacher(transactional_db: None) -> User:
    return TeacherFactory(password=PASSWORD)


@pytest.fixture
def desk(context: BrowserContext, teacher: User) -> Page:
    """A long text waits, graded once."""
    course = make_course(team=[teacher])
    student = StudentFactory()
    enroll(student, course)
    assignment = make_assignment(course, max_points=Decimal(20))
    row = hand_in(assignment=assignment, student=student, text=LONG_TEXT, files=[]).submission
    grade_submission(submission=row, points=9, feedback="Stored.", by=teacher, version=0)
    page = open_page(context, teacher, "submission_grade", row.pk)
    page.set_viewport_size(WINDOW)
    page.get_by_label("Points").fill("3")
    grade_submission(submission=row, points=8, feedback="Stored.", by=teacher, version=1)
    return page


def panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Grade")


def scroll_to(page: Page, top: int) -> None:
    page.evaluate("top => window.scrollTo({top, behavior: 'instant'})", top)


def top_of(locator: Locator) -> float:
    return float(locator.evaluate("element => element.getBoundingClientRect().top"))


def test_panel_with_a_conflict_hides_nothing_of_itself(desk: Page) -> None:
    press(desk, "Save")
    expect(desk.get_by_text("Stored now")).to_be_visible()
    hidden = panel(desk).evaluate("element => element.scrollHeight - element.clientHeight")
    assert hidden <= 0
    scroll_to(desk, 500)
    expect(panel(desk).get_by_role("button", name="Save mine")).to_be_in_viewport(ratio=1)


def test_panel_beside_a_long_text_stays_in_sight(desk: Page) -> None:
    scroll_to(desk, 2500)
    assert top_of(panel(desk)) >= BELOW_THE_BAR
    expect(panel(desk).get_by_role("button", name="Save")).to_be_in_viewport(ratio=1)


def test_empty_dashboard_on_a_phone_leaves_a_gap_below_its_button(
    context: BrowserContext, teacher: User
) -> None:
    page = open_page(context, teacher, "dashboard_teacher")
    page.set_viewport_size({"width": 360, "height": 800})
    main = page.get_by_role("main")
    button = main.get_by_role("link", name="Write in the CMS").bounding_box()
    below = main.locator(".empty").bounding_box()
    assert button
    assert below
    assert below["y"] - (button["y"] + button["height"]) >= GAP
