"""The academy from end to end, as three people live it: everything is reached by links from `/`."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Role, User
from accounts.services.people import PersonDetails, create_person
from assessments.models import Assignment, Attempt, Quiz
from assessments.models.attempts import AttemptState
from assessments.tests.factories import make_question
from core.jobs import run_due_jobs
from learning.models import CoursePage, Enrollment
from learning.models.enrollment import EnrollmentState
from learning.services.activities import publish
from learning.services.courses import set_up_course
from learning.tests.factories import CoursePageFactory, LessonPageFactory, ModulePageFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a-long-enough-password"
PATIENCE = 30_000  # milliseconds: the machine may be busy
COURSE, MODULE, READING, LESSON = "Stars", "The night sky", "Looking up", "How far is a star"
FIRST_WORDS = "Light needs four years from the next star to us."
QUIZ, TASK = "Check: distances", "A sketch of the sky"
QUESTIONS = ("How far does light go in a year?", "How far are some stars, at the least?")
RIGHT, WRONG = "One light-year", "One hour"
FEEDBACK = "You drew what you saw, and not what you knew."
PLAIN_TEXT = {"name": "sky.txt", "mimeType": "text/plain", "buffer": b"Orion stands in the south."}

Enter = Callable[..., Page]


@pytest.fixture
def people(transactional_db: None) -> SimpleNamespace:
    return SimpleNamespace(
        teacher=make_person("meera", Role.TEACHER),
        admin=make_person("nalini", Role.ADMIN),
        student=make_person("asha", Role.STUDENT),
    )


def make_person(name: str, role: str) -> User:
    details = PersonDetails(
        username=name, email=f"{name}@example.org", first_name=name.title(), last_name="Rao"
    )
    return create_person(details=details, password=PASSWORD, role=role)


@pytest.fixture
def course(people: SimpleNamespace) -> CoursePage:
    """A live course of the teacher's, with one lesson to read."""
    course = CoursePageFactory(title=COURSE, slug="stars", owner=people.teacher, collection=None)
    module = ModulePageFactory(parent=course, title=MODULE)
    LessonPageFactory(parent=module, title=READING)
    return set_up_course(course=course, by=people.teacher)


@pytest.fixture
def work(course: CoursePage, people: SimpleNamespace) -> tuple[Quiz, Assignment]:
    """A published quiz and a published assignment."""
    quiz = Quiz.objects.create(course=course, title=QUIZ, time_limit=10)
    for question in QUESTIONS:
        make_question(quiz, text=question, options=[RIGHT, WRONG])
    publish(activity=quiz, by=people.teacher)
    task = Assignment.objects.create(
        course=course,
        title=TASK,
        instructions="<p>Draw what you see.</p>",
        max_points=20,
        due_at=timezone.now() + timedelta(days=5),
        completion="graded",
    )
    publish(activity=task, by=people.teacher)
    return quiz, task


@pytest.fixture
def enter(browser: Browser, live_server: LiveServer) -> Iterator[Enter]:
    """Opens the home page in a browser of one's own. Nothing may be refused or break in it."""
    contexts, complaints = [], []

    def enter(**options: object) -> Page:
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda line: complaints.append(line.text) if is_refusal(line) else None)
        page.goto("/")
        return page

    expect.set_options(timeout=PATIENCE)
    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


def test_story_of_a_lesson_from_the_first_word_to_the_last_grade(
    enter: Enter, people: SimpleNamespace, course: CoursePage
) -> None:
    teacher, admin, student = enter(), enter(), enter()
    sign_in(teacher, people.teacher)
    link(teacher, f"Edit : {COURSE}").click()
    make_quiz(teacher)
    make_assignment(teacher)
    write_lesson(teacher)
    sign_in(admin, people.admin)
    approve(admin)
    run_due_jobs()

    sign_in(student, people.student)
    find_course_and_enroll(student)
    read_first_lesson(student)
    expect_progress(student, 50)
    take_quiz_by_script(student)
    hand_in(student)
    run_due_jobs()

    grade_from_dashboard(teacher)
    run_due_jobs()
    assert any(TASK in message.subject for message in mail.outbox)

    find_grade_by_the_bell(student)
    expect_progress(student, 100)
    assert Enrollment.objects.get(student=people.student).state == EnrollmentState.COMPLETED
    expect_on_every_dashboard(teacher, admin, student)


def test_students_part_of_the_story_without_a_script(
    enter: Enter, people: SimpleNamespace, work: tuple[Quiz, Assignment], course: CoursePage
) -> None:
    place_in_a_lesson(course, *work)
    student = enter(java_script_enabled=False)
    sign_in(student, people.student)
    find_course_and_enroll(student)
    read_first_lesson(student)
    take_quiz_without_a_script(student)
    hand_in(student)
    attempt = Attempt.objects.get(student=people.student)
    assert (attempt.state, attempt.points) == (AttemptState.GRADED, attempt.max_points)
    assert people.student.submissions.get().tries.get().files.count() == 1


def is_refusal(line: ConsoleMessage) -> bool:
    return line.type == "error" and "Content Security Policy" in line.text


# -- Everybody ---------------------------------------------------------------------------------
def link(page: Page | Locator, name: str) -> Locator:
    """The first link that is called so, whatever else is said with it."""
    return page.get_by_role("link", name=name).first


def sign_in(page: Page, person: User) -> None:
    link(page.get_by_role("banner"), "Sign in").click()
    page.get_by_label("Name or e-mail address").fill(person.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(rf"/dashboard/{person.role}/"))


def go_to_dashboard(page: Page, place: str) -> None:
    link(page.get_by_role("navigation", name="Main"), place).click()
    expect(page).to_have_url(re.compile("/dashboard/"))


# -- The teacher -------------------------------------------------------------------------------
def make_quiz(page: Page) -> None:
    """In the CMS, with its questions and their options on one form."""
    open_form(page, "Quizzes", "Add quiz", title=QUIZ)
    for number, question in enumerate(QUESTIONS):
        page.get_by_role("button", name="Add Question").click()
        field = f"slots-{number}-question"
        page.locator(f"[name={field}-text]").fill(question)
        page.locator(f"[name={field}-definition-choices-options-0-value-text]").fill(RIGHT)
        page.locator(f"[name={field}-definition-choices-options-0-value-is_correct]").check()
        page.locator(f"[name={field}-definition-choices-options-1-value-text]").fill(WRONG)
    page.locator("[name=time_limit]").fill("10")
    save_published(page, QUIZ)


def make_assignment(page: Page) -> None:
    open_form(page, "Assignments", "Add assignment", title=TASK)
    page.get_by_role("textbox").and_(page.locator("[contenteditable]")).fill("Draw what you see.")
    page.locator("[name=max_points]").fill("20")
    page.locator("[name=completion]").select_option("graded")
    save_published(page, TASK)


def open_form(page: Page, place: str, action: str, *, title: str) -> None:
    menu = page.get_by_role("navigation").filter(has_text="Assessments")
    menu.get_by_role("button", name="Assessments").click()
    link(menu, place).click()
    link(page, action).click()
    page.locator("[name=title]").fill(title)
    page.locator("[name=course]").select_option(label=COURSE)


def save_published(page: Page, title: str) -> None:
    page.locator("[name=published]").check()
    page.get_by_role("button", name="Save").click()
    expect(link(page.get_by_role("main"), title)).to_be_visible()


def write_lesson(page: Page) -> None:
    """In the editor: a title, a text, the quiz and the assignment; then on to moderation."""
    link(page, "My dashboard").click()
    link(page, f"Edit : {COURSE}").click()
    link(page, f"child pages of '{MODULE}'").click()
    link(page, "Add child page").click()
    page.get_by_placeholder("Page title").fill(LESSON)
    insert_block(page, "Text")
    page.get_by_role("textbox").and_(page.locator("[contenteditable]")).last.fill(FIRST_WORDS)
    choose(page, QUIZ)
    choose(page, TASK)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Submit to Moderation").click()
    expect(page.get_by_text("submitted for moderation")).to_be_visible()
    link(page, "My dashboard").click()


def insert_block(page: Page, name: str) -> None:
    page.get_by_role("button", name="Insert a block").last.click()
    page.get_by_role("option", name=name, exact=True).click()


def choose(page: Page, title: str) -> None:
    """By the keyboard: blocks slide into their places, and a click on what moves may miss."""
    insert_block(page, "Activity")
    button = page.get_by_role("button", name=re.compile("Choose .*activity", re.IGNORECASE)).last
    button.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("link", name=title).click()
    expect(page.locator("[data-chooser-title]", has_text=title)).to_be_visible()


def grade_from_dashboard(page: Page) -> None:
    """From the dashboard straight to the desk: points, a word, and what was handed in."""
    go_to_dashboard(page, "Teaching")
    link(page, "Grade 1 submission").click()
    expect(page.get_by_text("Orion and the Pleiades.")).to_be_visible()
    expect(link(page, "sky.txt")).to_be_visible()
    page.get_by_label("Points").fill("18")
    page.get_by_label("Feedback").fill(FEEDBACK)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("18 of 20 points")).to_be_visible()


# -- The administrator -------------------------------------------------------------------------
def approve(page: Page) -> None:
    """The lesson waits on the dashboard, is read there, and published."""
    link(page, f"Review : {LESSON}").click()
    expect(page.get_by_text(FIRST_WORDS).first).to_be_visible()
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Approve and Publish", exact=False).first.click()
    expect(page.get_by_role("row").filter(has_text=LESSON)).to_contain_text("live")
    link(page, "My dashboard").click()


# -- The student -------------------------------------------------------------------------------
def find_course_and_enroll(page: Page) -> None:
    link(page, "Jeevi Academy").click()
    link(page.get_by_role("main"), COURSE).click()
    expect(page.get_by_role("heading", level=1, name=COURSE)).to_be_visible()
    page.get_by_role("button", name="Enroll").click()
    expect(link(page, "Start the first lesson")).to_be_visible()


def read_first_lesson(page: Page) -> None:
    link(page, "Start the first lesson").click()
    expect(page.get_by_role("heading", level=1, name=READING)).to_be_visible()
    page.get_by_role("button", name="Mark complete and go on").click()
    expect(page.get_by_role("heading", level=1, name=LESSON)).to_be_visible()


def expect_progress(page: Page, percent: int) -> None:
    """On one's own dashboard, and on the course's page, to which its card leads."""
    go_to_dashboard(page, "My learning")
    card = page.get_by_role("listitem").filter(has_text=COURSE).first
    expect(card).to_contain_text(f"{percent} %")
    link(card, COURSE).click()
    expect(page.get_by_role("main")).to_contain_text(f"{percent} %")


def open_work(page: Page, title: str) -> None:
    """From the lesson that holds it."""
    link(page, LESSON).click()
    link(page.get_by_role("article"), title).click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def take_quiz_by_script(page: Page) -> None:
    """Each answer is kept as it is given: no button is pressed until all is handed in."""
    open_work(page, QUIZ)
    page.get_by_role("button", name="Start the quiz").click()
    for question in page.locator("form[data-autosave]").all():
        question.get_by_label(RIGHT).check()
        expect(question.get_by_role("status")).to_contain_text("Saved")
    link(page, "Hand in").click()
    expect(page.get_by_text("All 2 questions are answered.")).to_be_visible()
    see_result(page)


def take_quiz_without_a_script(page: Page) -> None:
    """One question after the other, each saved by its button."""
    link(page.get_by_role("article"), QUIZ).click()
    page.get_by_role("button", name="Start the quiz").click()
    link(page, "One question at a time").click()
    page.get_by_label(RIGHT).check()
    page.get_by_role("button", name="Question 2").click()
    page.get_by_label(RIGHT).check()
    page.get_by_role("button", name="Save and finish").click()
    see_result(page)


def see_result(page: Page) -> None:
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("main")).to_contain_text("100 %")
    link(page, f"To the lesson: {LESSON}").click()


def hand_in(page: Page) -> None:
    """A text and a file, from the lesson that the quiz has led back to."""
    link(page.get_by_role("article"), TASK).click()
    page.get_by_label("Your answer").fill("Orion and the Pleiades.")
    page.get_by_label("Your files").set_input_files([PLAIN_TEXT])
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Handed in.")).to_be_visible()


def find_grade_by_the_bell(page: Page) -> None:
    """The bell counts, the list tells, and leads to points and feedback."""
    link(page, "Jeevi Academy").click()
    link(page.get_by_role("banner"), "Notifications, 1 unread").click()
    page.get_by_role("button", name=f"“{TASK}” in {COURSE} has been graded").click()
    expect(page.get_by_role("heading", level=1, name=TASK)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("18 / 20")
    expect(page.get_by_text(FEEDBACK)).to_be_visible()


def place_in_a_lesson(course: CoursePage, quiz: Quiz, task: Assignment) -> None:
    module = course.get_children().get()
    LessonPageFactory(
        parent=module,
        title=LESSON,
        body=[("activity", {"activity": quiz}), ("activity", {"activity": task})],
    )


# -- All three ---------------------------------------------------------------------------------
def expect_on_every_dashboard(teacher: Page, admin: Page, student: Page) -> None:
    go_to_dashboard(teacher, "Teaching")
    row = teacher.get_by_role("row").filter(has_text=COURSE)
    expect(row).to_contain_text("100 %")
    expect(link(teacher, "2 / 2")).to_be_visible()
    go_to_dashboard(student, "My learning")
    expect(student.get_by_role("row").filter(has_text=TASK)).to_contain_text("18 / 20")
    expect(student.get_by_role("main")).to_contain_text("All lessons complete")
    go_to_dashboard(admin, "Administration")
    expect(admin.get_by_role("main")).to_contain_text("Nothing waits for you.")
    expect(admin.get_by_role("row").filter(has_text=COURSE)).to_contain_text("100 %")
