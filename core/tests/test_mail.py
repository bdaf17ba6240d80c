"""Mails wait as jobs and arrive as they were written; what is refused for good is given up."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage as Received
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pytest_django import Settings

from core.jobs import run_due_jobs
from core.mail import is_refused
from core.models import Job, JobState
from core.tests.servers import MailServer, mail_server_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mails_are_jobs(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "core.mail.JobEmailBackend"


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    with mail_server_in(settings) as server:
        yield server


def write(subject: str = "Message", **changes: object) -> None:
    EmailMultiAlternatives(subject, "Text", to=["asha@example.org"], **changes).send()


def test_mail_when_sent_by_its_job_is_the_one_that_was_written(mail_server: MailServer) -> None:
    message = EmailMultiAlternatives(
        subject=_("Profile"),
        body="पाठ <b>",
        from_email="Academy <academy@example.org>",
        to=["asha@example.org"],
        cc=["ben@example.org"],
        bcc=["nalini@example.org"],
        reply_to=["desk@example.org"],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative("<p>पाठ</p>", "text/html")
    assert message.send() == 1
    assert mail_server.messages == []
    run_due_jobs()

    assert mail_server.recipients == ["asha@example.org", "ben@example.org", "nalini@example.org"]
    received = message_from_bytes(mail_server.messages[0].content, policy=policy.default)
    assert isinstance(received, Received)
    assert [received[name] for name in ("Subject", "From", "Reply-To", "Auto-Submitted")] == [
        *["Profile", "Academy <academy@example.org>", "desk@example.org", "auto-generated"]
    ]
    assert received.get_body(["plain"]).get_content().strip() == "पाठ <b>"
    assert received.get_body(["html"]).get_content().strip() == "<p>पाठ</p>"


def test_mail_of_html_only_when_sent_stays_html() -> None:
    message = EmailMessage("Message", "<p>Text</p>", to=["asha@example.org"])
    message.content_subtype = "html"
    message.send()
    run_due_jobs()
    assert mail.outbox[0].message().get_content_type() == "text/html"


def test_mail_when_its_cause_is_rolled_back_is_never_sent() -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert run_due_jobs() == 0


def test_mail_with_an_attachment_when_sent_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="no attachments"):
        write(attachments=[("a.txt", "text", "text/plain")])


def test_mail_when_refused_for_good_is_given_up_at_once(mail_server: MailServer) -> None:
    mail_server.refused_addresses["asha@example.org"] = "550 No such person"
    write()
    run_due_jobs()
    assert Job.objects.get().state == JobState.DONE


def test_mail_when_refused_for_the_moment_is_tried_again(mail_server: MailServer) -> None:
    mail_server.refused_addresses["asha@example.org"] = "451 Come back later"
    write()
    run_due_jobs()
    assert Job.objects.get().state == JobState.QUEUED


def test_mail_whose_header_has_a_line_break_is_given_up_at_once() -> None:
    write(subject="Message\nBcc: all@example.org")
    run_due_jobs()
    assert (mail.outbox, Job.objects.get().state) == ([], JobState.DONE)


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        (SMTPRecipientsRefused({"a": (550, b""), "b": (553, b"")}), True),
        (SMTPRecipientsRefused({"a": (550, b""), "b": (450, b"")}), False),
        (SMTPRecipientsRefused({"a": (421, b"")}), False),
        (SMTPDataError(554, b"spam"), True),
        (SMTPDataError(452, b"full"), False),
        (SMTPSenderRefused(550, b"who?", "academy@example.org"), False),
        (SMTPServerDisconnected(), False),
        (TimeoutError(), False),
    ],
)
def test_only_a_final_answer_on_the_mail_itself_is_a_refusal(
    error: Exception, refused: bool
) -> None:
    assert is_refused(error) is refused
