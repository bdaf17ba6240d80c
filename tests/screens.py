"""Every page of ours that people meet on their way through the demo academy, and who reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.models import Assignment, Attempt, Quiz, Submission
from assessments.services.attempts import start_attempt
from assessments.services.submissions import grade_submission, hand_in
from core.jobs import run_due_jobs
from home.services.demo.academy import make_demo
from learning.models import CourseIndexPage, CoursePage, LessonPage, ModulePage, Subject
from learning.services.courses import set_up_course
from learning.services.enrollment import enroll_student

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
OPEN_QUIZ = "Final check: the whole plant"
GRADED = "Leaf diary"
WAITING = "Root drawing"
LOCKED = "Opens next week"


@dataclass(frozen=True)
class Screen:
    """A page: `reader` is a user name, or nothing for whoever comes by."""

    name: str
    reader: str
    address: Callable[[], str]
    status: int = 200

    def __str__(self) -> str:
        return self.name


def make_academy() -> None:
    """The demo academy, and beside it what is empty, under way, or too long."""
    make_demo()
    student, teacher = _user("student"), _user("teacher")
    start_attempt(quiz=Quiz.objects.get(title=OPEN_QUIZ), student=student, address="127.0.0.1")
    _grade_diary(student, teacher)
    hand_in(
        assignment=Assignment.objects.get(title=WAITING),
        student=student,
        text=f"{LONG_WORD} " * 3 + "\n\nThe tip is the hardest part to draw.",
        files=[],
    )
    _make_long_course(student, teacher)
    _make_empty_course(student)
    run_due_jobs()


def _user(username: str) -> User:
    return User.objects.get(username=username)


def _grade_diary(student: User, teacher: User) -> None:
    diary = Assignment.objects.get(title=GRADED)
    work = hand_in(assignment=diary, student=student, text="Monday, fog.", files=[]).submission
    feedback = "You wrote down what you saw.\n\nNext time add the hour to each entry."
    grade_submission(submission=work, points=17, by=teacher, feedback=feedback)


def _make_long_course(student: User, teacher: User) -> None:
    """Nothing here fits on a line of a phone."""
    title = f"{LONG_WORD}: how a title that nobody shortened breaks over the lines of a page"
    course = _add_course(title, "long", teacher)
    module = ModulePage(title=f"{LONG_WORD} module", slug="module")
    course.add_child(instance=module)
    task = Assignment.objects.create(course=course, title=f"{LONG_WORD} task", published=True)
    body = [("text", f"<p>{LONG_WORD * 3}</p>"), ("activity", {"activity": task})]
    module.add_child(instance=LessonPage(title=f"{LONG_WORD} lesson", slug="lesson", body=body))
    neighbour = _user("arjun")
    User.objects.filter(pk=neighbour.pk).update(first_name=LONG_WORD, last_name=LONG_WORD)
    for person in (student, neighbour):
        enroll_student(student=person, course=course)
    hand_in(assignment=task, student=neighbour, text=LONG_WORD * 3, files=[])
    opens = timezone.now() + timedelta(days=7)
    Quiz.objects.create(course=course, title=LOCKED, published=True, opens_at=opens)


def _make_empty_course(student: User) -> None:
    course = _add_course("A course without lessons", "empty", _user("ravi"))
    enroll_student(student=student, course=course)


def _add_course(title: str, slug: str, lead: User) -> CoursePage:
    subject = Subject.objects.first()
    course = CoursePage(title=title, slug=slug, summary="A summary.", subject=subject, owner=lead)
    CourseIndexPage.objects.get().add_child(instance=course)
    return set_up_course(course=course, by=lead)


# -- Addresses ---------------------------------------------------------------------------------
def _fixed(address: str) -> Callable[[], str]:
    return lambda: address


def _named(name: str, *args: str) -> Callable[[], str]:
    return partial(reverse, name, args=args)


def _lesson(title: str) -> Callable[[], str]:
    return lambda: str(LessonPage.objects.get(title=title).url)


def _lesson_with(block: str) -> Callable[[], str]:
    """The first lesson of the deep course that holds such a block."""
    return lambda: next(
        str(lesson.url)
        for lesson in LessonPage.objects.live().filter(url_path__contains="how-plants-live")
        if any(child.block_type == block for child in lesson.body)
    )


def _lesson_of(kind: str) -> Callable[[], str]:
    """The first lesson of the deep course that holds an activity of this kind."""
    lessons = LessonPage.objects.live().filter(url_path__contains="how-plants-live")
    holding = lessons.filter(placements__activity__kind=kind)
    return lambda: str(holding.order_by("path")[0].url)


def _of_course(name: str, slug: str) -> Callable[[], str]:
    return lambda: reverse(name, args=[CoursePage.objects.get(slug=slug).pk])


def _quiz(title: str) -> Callable[[], str]:
    return lambda: reverse("quiz", args=[Quiz.objects.get(title=title).pk])


def _long_assignment() -> str:
    return reverse("assignment", args=[Assignment.objects.get(course__slug="long").pk])


def _assignment(title: str) -> Callable[[], str]:
    return lambda: reverse("assignment", args=[Assignment.objects.get(title=title).pk])


def _attempt(name: str, state: str, query: str = "") -> Callable[[], str]:
    def address() -> str:
        attempt = Attempt.objects.filter(student__username="student", state=state).latest("pk")
        return reverse(name, args=[attempt.pk]) + query

    return address


def _submission(student: str, title: str) -> Callable[[], str]:
    def address() -> str:
        found = Submission.objects.get(student__username=student, assignment__title=title)
        return reverse("submission_grade", args=[found.pk])

    return address


def _long_submission() -> str:
    found = Submission.objects.get(assignment__course__slug="long")
    return reverse("submission_grade", args=[found.pk])


ANYBODY = [
    Screen("landing", "", _fixed("/")),
    Screen("catalogue", "", _fixed("/courses/")),
    Screen("catalogue-found", "", _fixed("/courses/?q=plants")),
    Screen("catalogue-nothing-found", "", _fixed("/courses/?q=zzzzzz")),
    Screen("course-outside", "", _fixed("/courses/how-plants-live/")),
    Screen("lesson-preview", "", _lesson("Why leaves are green")),
    Screen("sign-in", "", _fixed("/accounts/login/")),
    Screen("sign-up", "", _fixed("/accounts/signup/")),
    Screen("password-reset", "", _fixed("/accounts/password/reset/")),
    Screen("password-reset-sent", "", _fixed("/accounts/password/reset/done/")),
    Screen("not-found", "", _fixed("/nothing-here/"), status=404),
]
STUDENT = [
    Screen("course", "student", _fixed("/courses/how-plants-live/")),
    Screen("course-to-enroll", "student", _fixed("/courses/python-properly/")),
    Screen("course-empty", "student", _fixed("/courses/empty/")),
    Screen("course-long", "student", _fixed("/courses/long/")),
    Screen("module", "student", _fixed("/courses/how-plants-live/light/")),
    Screen("lesson", "student", _lesson_with("video")),
    Screen("lesson-table", "student", _lesson_with("table")),
    Screen("lesson-code", "student", _lesson_with("code")),
    Screen("lesson-quiz", "student", _lesson_of("quiz")),
    Screen("lesson-assignment", "student", _lesson_of("assignment")),
    Screen("lesson-long", "student", _fixed("/courses/long/module/lesson/")),
    Screen("work", "student", _of_course("course_work", "how-plants-live")),
    Screen("work-empty", "student", _of_course("course_work", "empty")),
    Screen("quiz", "student", _quiz("Quiz: light")),
    Screen("quiz-locked", "student", _quiz(LOCKED)),
    Screen("attempt", "student", _attempt("attempt", "open")),
    Screen("attempt-one-question", "student", _attempt("attempt", "open", "?item=2")),
    Screen("attempt-confirm", "student", _attempt("attempt_submit", "open")),
    Screen("result", "student", _attempt("attempt_result", "graded")),
    Screen("assignment", "student", _long_assignment),
    Screen("assignment-handed-in", "student", _assignment(WAITING)),
    Screen("assignment-graded", "student", _assignment(GRADED)),
    Screen("notifications", "student", _named("notifications")),
    Screen("dashboard-student", "student", _named("dashboard_student")),
    Screen("profile", "student", _named("account_profile")),
    Screen("email-addresses", "student", _named("account_email")),
    Screen("password-change", "student", _named("account_change_password")),
    Screen("not-allowed", "student", _named("dashboard_admin"), status=404),
    Screen("dashboard-student-empty", "ravi-student", _named("dashboard_student")),
    Screen("notifications-empty", "ravi-student", _named("notifications")),
]
TEAM = [
    Screen("dashboard-teacher", "teacher", _named("dashboard_teacher")),
    Screen("work-team", "teacher", _of_course("course_work", "how-plants-live")),
    Screen("quiz-results", "teacher", _quiz("Quiz: light")),
    Screen("submissions", "teacher", _of_course("submission_queue", "how-plants-live")),
    Screen("submissions-empty", "ravi", _of_course("submission_queue", "empty")),
    Screen("grading", "teacher", _submission("student", WAITING)),
    Screen("grading-again", "teacher", _submission("student", GRADED)),
    Screen("grading-long-name", "teacher", _long_submission),
    Screen("dashboard-admin", "admin", _named("dashboard_admin")),
    Screen("dashboard-teacher-empty", "admin", _named("dashboard_teacher")),
]
SCREENS = [*ANYBODY, *STUDENT, *TEAM]
