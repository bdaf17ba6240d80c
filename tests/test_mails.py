"""A mail server that is away or hangs: nobody at the academy waits for it, and no mail is lost."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from wagtail.models import PageSubscription

from accounts.models import User
from core.jobs import run_due_jobs
from core.models import Job
from core.tests.servers import MailServer, free_port, silent_server
from learning.models import LessonPage
from learning.tests.cms_world import build_world

pytestmark = pytest.mark.django_db


class Outage:
    """A mail server that is away, or hangs, until it is mended."""

    def __init__(self, kind: str) -> None:
        self.port = free_port()
        self._stack = ExitStack()
        if kind == "hangs":
            self._stack.enter_context(silent_server(self.port))

    def mend(self) -> MailServer:
        self._stack.close()
        server = MailServer(self.port)
        server.start()
        self._stack.callback(server.stop)
        return server

    def end(self) -> None:
        self._stack.close()


@pytest.fixture(params=["is away", "hangs"])
def outage(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Outage]:
    outage = Outage(request.param)
    settings.EMAIL_BACKEND = "core.mail.JobEmailBackend"
    settings.MAIL_SERVER_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", outage.port
    settings.EMAIL_TIMEOUT = 0.3
    yield outage
    outage.end()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def lesson_form(lesson: LessonPage, *, comment: str = "", **values: str) -> dict[str, str]:
    """What the editor posts for a lesson whose body is empty."""
    comments = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": ""}
    if comment:
        comments |= {"TOTAL_FORMS": "1", "0-text": comment, "0-contentpath": "title"}
        replies = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0"}
        comments |= {f"0-replies-{name}": value for name, value in replies.items()}
        comments |= {"0-id": "", "0-position": "", "0-replies-MAX_NUM_FORMS": "", "0-resolved": ""}
    return {
        **{"title": "Bark", "slug": lesson.slug, "completion": "marked", "required": "on"},
        **{"minutes": "", "body-count": "0"},
        **{f"comments-{name}": value for name, value in comments.items()},
        **values,
    }


def recipients_once_back(outage: Outage) -> list[str]:
    """Everything fails once; then the server is back, and the jobs are tried again."""
    run_due_jobs()
    server = outage.mend()
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        run_due_jobs()
    return server.recipients


def test_moderation_when_the_mail_server_fails_goes_on_and_is_mailed_later(outage: Outage) -> None:
    world = build_world()
    lesson = world.b.draft
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    form = lesson_form(lesson, **{"action-submit": "1"})
    assert signed_in(world.ben).post(edit, form).status_code == 302
    state = LessonPage.objects.get(pk=lesson.pk).current_workflow_task_state
    approve = reverse("wagtailadmin_pages:workflow_action", args=[lesson.pk, "approve", state.pk])
    assert signed_in(world.admin).post(approve, {"comment": ""}).status_code == 302
    assert LessonPage.objects.get(pk=lesson.pk).live

    assert {world.admin.email, world.ben.email} <= set(recipients_once_back(outage))


def test_comment_when_the_mail_server_fails_is_kept_and_mailed_later(outage: Outage) -> None:
    world = build_world()
    lesson = world.b.draft
    PageSubscription.objects.create(page=lesson, user=world.ben, comment_notifications=True)
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    form = lesson_form(lesson, comment="Which tree is it?")
    assert signed_in(world.admin).post(edit, form).status_code == 302
    assert lesson.wagtail_admin_comments.get().text == "Which tree is it?"

    assert recipients_once_back(outage) == [world.ben.email]


def test_password_reset_when_the_mail_server_fails_is_mailed_later_and_then_forgotten(
    outage: Outage,
) -> None:
    teacher: User = build_world().ben
    form = {"email": teacher.email}
    response = Client().post(reverse("account_reset_password"), form)
    assert response.url == reverse("account_reset_password_done")
    job = Job.objects.get(name="core.send_mail")
    assert "/password/reset/key/" in job.arguments["body"]

    assert recipients_once_back(outage) == [teacher.email]
    job.refresh_from_db()
    assert (job.state, job.arguments) == ("done", {})
