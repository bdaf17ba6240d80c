"""Redis goes away under a running academy and comes back: nobody is locked out, nothing is lost."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import requests
from django.conf import settings
from django.urls import reverse
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from accounts.tests.factories import PASSWORD, StudentFactory
from assessments.tests.factories import make_quiz
from core.tests.conftest import database_url
from core.tests.servers import free_port
from learning.models import LessonPage, ModulePage
from learning.tests.factories import enroll, lessons_of, make_course
from notifications.models import Notification
from tests.conftest import wait_for

pytestmark = [
    pytest.mark.worker,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]

PUBLISH = """
from learning.models import LessonPage
LessonPage.objects.get(pk={}).save_revision().publish()
"""


class Surroundings:
    """A Redis of our own, and processes of the academy that use it."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self.redis_port, self.web_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.web_port}"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "site_config.settings.test",
            "DATABASE_URL": database_url(),
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
        }

    def start_redis(self) -> None:
        options = ["--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", ""]
        self._start(["redis-server", *options])
        wait_for(self._redis_answers)

    def stop_redis(self) -> None:
        Redis(port=self.redis_port).shutdown(nosave=True)
        wait_for(lambda: not self._redis_answers())

    def start_web(self) -> None:
        bind = f"127.0.0.1:{self.web_port}"
        self._start([sys.executable, "-m", "gunicorn", "-b", bind, "site_config.wsgi"])
        wait_for(self._web_answers, seconds=60)

    def start_worker_with_beat(self) -> None:
        celery = [sys.executable, "-m", "celery", "-A", "site_config"]
        schedule = str(settings.DATA_DIR / "beat")
        self._start([*celery, "worker", "--beat", "-s", schedule, "--loglevel", "ERROR"])

    def run(self, code: str) -> None:
        """Python in a process of the academy, such as a deploy script or another server."""
        manage = str(settings.BASE_DIR / "manage.py")
        command = [sys.executable, manage, "shell", "-v0", "-c", code]
        subprocess.run(command, env=self.environment, check=True)  # noqa: S603 (our own command)

    def _start(self, command: list[str]) -> None:
        process = subprocess.Popen(  # noqa: S603 (our own command)
            command, env=self.environment, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL
        )
        self.stack.callback(process.wait, timeout=30)
        self.stack.callback(process.terminate)

    def _redis_answers(self) -> bool:
        try:
            return bool(Redis(port=self.redis_port).ping())
        except RedisConnectionError:
            return False

    def _web_answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=30).ok
        except requests.RequestException:
            return False


@pytest.fixture
def surroundings(transactional_db: None) -> Iterator[Surroundings]:
    with ExitStack() as stack:
        yield Surroundings(stack)


def sign_in(surroundings: Surroundings, name: str, password: str) -> requests.Response:
    """Through the form, as people do; the session is on the answer."""
    session = requests.Session()
    address = surroundings.url + reverse("account_login")
    session.get(address, timeout=30)
    token = session.cookies["csrftoken"]
    posted = {"login": name, "password": password, "csrfmiddlewaretoken": token}
    response = session.post(address, data=posted, timeout=30, allow_redirects=False)
    response.session = session
    return response


def write_draft() -> tuple[LessonPage, list[str], Callable[[], int]]:
    """A lesson that waits to be published, a student's pages, and how many were told."""
    course = make_course()
    student = enroll(StudentFactory(username="asha"), course).student
    quiz = make_quiz(course)
    lesson = LessonPage(title="New", slug="new", live=False)
    ModulePage.objects.child_of(course).get().add_child(instance=lesson)
    pages = [
        *["/", "/courses/", course.get_url(), lessons_of(course)[0].get_url()],
        *[reverse("dashboard_student"), reverse("notifications"), reverse("account_profile")],
        *[reverse("course_work", args=[course.pk]), reverse("quiz", args=[quiz.pk])],
    ]
    told = Notification.objects.filter(user=student, event__kind="lesson_published")
    return lesson, pages, told.count


def test_without_redis_pages_serve_sign_in_is_limited_and_notifications_come_later(
    surroundings: Surroundings,
) -> None:
    lesson, pages, count_told = write_draft()
    surroundings.start_redis()
    surroundings.start_web()
    assert sign_in(surroundings, "asha", PASSWORD).status_code == 302
    surroundings.stop_redis()

    signed_in = sign_in(surroundings, "asha", PASSWORD)
    assert signed_in.status_code == 302
    answers = [signed_in.session.get(surroundings.url + page, timeout=30) for page in pages]
    assert {page: answer.status_code for page, answer in zip(pages, answers, strict=True)} == (
        dict.fromkeys(pages, 200)
    )
    wrong = [sign_in(surroundings, "asha", "wrong").status_code for _try in range(10)]
    assert wrong[-1] == 429

    surroundings.run(PUBLISH.format(lesson.pk))
    assert count_told() == 0
    surroundings.start_redis()
    surroundings.start_worker_with_beat()
    wait_for(lambda: count_told() == 1, seconds=120)
