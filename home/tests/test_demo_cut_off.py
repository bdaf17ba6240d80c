"""A first run of `demo` that was cut off, with few students: the next one leaves it whole."""

from collections.abc import Iterator
from datetime import datetime
from types import ModuleType
from typing import Any, NoReturn

import pytest
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from assessments.models import Answer, Attempt, Quiz, Submission
from assessments.services.attempts import start_attempt, submit_attempt
from core import page_cache
from core.tests.module_data import made_once
from home.services.demo import academy, courses, learners
from home.services.demo.academy import make_demo
from home.tests.all_tables import count_rows
from learning.models import CoursePage, Enrollment, EnrollmentEvent, LessonCompletion
from learning.services.enrollment import enroll_student

FEW = ("student", "arjun", "lena", "felix", "maya")
CUTS = [
    pytest.param(courses, "publish", id="while a course is made"),
    pytest.param(learners, "submit_attempt", id="in the middle of a quiz"),
]

Facts = tuple[dict[str, int], list[tuple[str, str, str, int]]]


@pytest.fixture(scope="module", autouse=True)
def _few_students() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learners, "STUDENTS", {name: learners.STUDENTS[name] for name in FEW})
        yield


@pytest.fixture(scope="module")
def whole(_few_students: None, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Facts:
    """What is there after a run that nobody disturbed; it is rolled back."""
    with made_once(django_db_blocker, make_and_look) as facts:
        page_cache.clear()
        return facts


def make_and_look() -> Facts:
    make_demo()
    stages = Enrollment.objects.order_by("student__username", "course__slug").values_list(
        "student__username", "course__slug", "state", "lessons_done"
    )
    return count_rows(), list(stages)


def cut_off(module: ModuleType, name: str) -> None:
    """Ctrl-C at the moment when `module` calls `name`."""

    def press(*_args: Any, **_kwargs: Any) -> NoReturn:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, press)
        with pytest.raises(KeyboardInterrupt):
            make_demo()


@pytest.mark.parametrize(("module", "name"), CUTS)
def test_first_run_cut_off_is_completed_by_the_next(
    db: None, whole: Facts, module: ModuleType, name: str
) -> None:
    cut_off(module, name)
    assert not Enrollment.objects.exists()

    assert make_and_look() == whole


def test_own_enrollment_and_work_before_the_demo_is_whole_keep_their_dates(db: None) -> None:
    cut_off(academy, "make_learners")
    python = CoursePage.objects.get(slug="python-properly")
    plants = CoursePage.objects.get(slug="how-plants-live")
    asha, arjun = (User.objects.get(username=name) for name in ("student", "arjun"))
    enroll_student(student=arjun, course=plants)
    enroll_student(student=asha, course=python)
    quiz = Quiz.objects.filter(course=python).order_by("pk")[0]
    submit_attempt(attempt=start_attempt(quiz=quiz, student=asha))
    own = [dates_of(asha, python), dates_of(arjun, plants)]
    make_demo()

    assert [dates_of(asha, python), dates_of(arjun, plants)] == own
    assert Enrollment.objects.filter(student=asha).count() == 3


def dates_of(student: User, course: CoursePage) -> list[list[tuple[datetime | None, ...]]]:
    """Every date of what the student did in the course."""
    enrollment = Enrollment.objects.filter(student=student, course=course)
    attempts = Attempt.objects.filter(student=student, quiz__course=course)
    work = Submission.objects.filter(student=student, assignment__course=course)
    events = EnrollmentEvent.objects.filter(enrollment__in=enrollment)
    ticks = LessonCompletion.objects.filter(enrollment__in=enrollment)
    answers = Answer.objects.filter(attempt__in=attempts)
    return [
        list(enrollment.values_list("enrolled_at", "last_seen_at", "completed_at")),
        list(events.values_list("created")),
        list(ticks.values_list("completed_at")),
        list(attempts.values_list("started_at", "submitted_at", "deadline")),
        list(answers.values_list("saved_at")),
        list(work.values_list("submitted_at", "tries__submitted_at")),
    ]
