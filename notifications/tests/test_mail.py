"""News by e-mail: one recipient each, once, and nothing lost when the server is down."""

from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from core.jobs import run_due_jobs
from core.models import Job
from learning.tests.factories import EnrollmentFactory
from notifications.kinds import GRADED, QUIZ_PUBLISHED
from notifications.models import Delivery, Event
from notifications.services import mail as mail_service
from notifications.services.notify import News, notify_class, notify_user


class DownBackend(BaseEmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError


class RefusingBackend(BaseEmailBackend):
    def send_messages(self, messages):
        raise SMTPRecipientsRefused({})


def quiz_news(course, **changes):
    facts = {
        "kind": QUIZ_PUBLISHED,
        "key": "work:1",
        "url": "/assessments/quizzes/1/",
        "course_id": course.pk,
        "context": {"title": "Quiz: <b>water</b>", "course": course.title},
    }
    return News(**{**facts, **changes})


def test_each_reader_gets_one_mail_of_their_own(course, readers):
    notify_class(news=quiz_news(course))
    run_due_jobs()

    assert sorted(message.to for message in mail.outbox) == sorted([[u.email] for u in readers])
    assert Delivery.objects.filter(state="sent").count() == len(readers)


def test_titles_are_escaped_in_the_html_part_and_plain_in_the_text_part(course, readers):
    notify_class(news=quiz_news(course))
    run_due_jobs()

    message = mail.outbox[0]
    html = message.alternatives[0][0]
    assert "<b>water</b>" not in html
    assert "&lt;b&gt;water&lt;/b&gt;" in html
    assert "Quiz: <b>water</b>" in message.body


def test_mail_leads_to_the_thing_and_to_the_academy(course, readers, settings):
    settings.WAGTAILADMIN_BASE_URL = "https://academy.example"
    notify_class(news=quiz_news(course))
    run_due_jobs()

    message = mail.outbox[0]
    assert "https://academy.example/assessments/quizzes/1/" in message.body
    assert 'href="https://academy.example/"' in message.alternatives[0][0]


def test_title_with_a_line_break_cannot_add_a_header(course, readers):
    context = {"title": "Water\nBcc: all@example.org", "course": course.title}
    notify_class(news=quiz_news(course, context=context))
    run_due_jobs()

    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].bcc == []


def test_second_run_sends_nothing_again(course, readers):
    event = notify_class(news=quiz_news(course))
    run_due_jobs()
    mail_service.send_mails(event_id=event.pk)

    assert len(mail.outbox) == len(readers)


def test_server_that_is_down_leaves_the_mails_queued_for_a_later_try(course, readers, settings):
    notify_class(news=quiz_news(course))
    settings.EMAIL_BACKEND = f"{__name__}.DownBackend"
    run_due_jobs()

    assert Delivery.objects.filter(state="queued").count() == len(readers)
    job = Job.objects.get(name="notifications.send_mails")
    assert job.state == "queued"
    assert job.tries == 1


def test_refused_address_is_given_up_and_the_others_are_sent(course, readers, settings):
    notify_class(news=quiz_news(course))
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"
    run_due_jobs()

    assert Delivery.objects.filter(state="failed").count() == len(readers)


def test_somebody_deactivated_meanwhile_gets_no_mail(course, student):
    notify_user(user=student, news=quiz_news(course, kind=GRADED, key="grade:1"))
    student.is_active = False
    student.save()
    run_due_jobs()

    assert mail.outbox == []
    assert Delivery.objects.get().state == "skipped"


def test_large_class_is_mailed_in_batches_each_its_own_job(course, monkeypatch):
    monkeypatch.setattr(mail_service, "BATCH", 2)
    for _student in range(5):
        EnrollmentFactory(course=course)
    notify_class(news=quiz_news(course))
    run_due_jobs()

    assert len(mail.outbox) == 5
    assert Job.objects.filter(name="notifications.send_mails").count() == 3


def test_mail_is_written_in_the_language_of_its_reader(course, student):
    student.language = "hi"
    student.save()
    notify_user(user=student, news=quiz_news(course, kind=GRADED, key="grade:2"))
    run_due_jobs()

    assert Event.objects.get().deliveries.get().state == "sent"


@pytest.mark.parametrize("context", [{}, {"title": "Only a title"}])
def test_event_that_lacks_a_word_is_still_told(course, student, context):
    notify_user(user=student, news=quiz_news(course, kind=GRADED, key="grade:3", context=context))
    run_due_jobs()

    assert len(mail.outbox) == 1
