"""Notifications by e-mail: one recipient each, once, and nothing lost when the server is down."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from core.jobs import run_due_jobs
from core.models import Job
from core.tests.servers import free_port
from learning.tests.factories import EnrollmentFactory
from notifications.kinds import ACTIVITY_PUBLISHED, GRADED
from notifications.models import Delivery, Event
from notifications.services import mail as mail_service
from notifications.services import notify
from notifications.services.notify import Message, notify_class, notify_user


def quiz_message(course, **changes):
    facts = {
        "kind": ACTIVITY_PUBLISHED,
        "key": "work:1",
        "url": "/assessments/quizzes/1/",
        "course_id": course.pk,
        "context": {"title": "Quiz: <b>water</b>", "course": course.title},
    }
    return Message(**{**facts, **changes})


def addresses(people):
    return sorted(person.email for person in people)


def run_jobs_later():
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        run_due_jobs()


def kill(*_args):
    raise KeyboardInterrupt


def test_each_reader_gets_one_mail_of_their_own(course, readers):
    notify_class(message=quiz_message(course))
    run_due_jobs()

    assert sorted(message.to for message in mail.outbox) == sorted([[u.email] for u in readers])
    assert Delivery.objects.filter(state="sent").count() == len(readers)


def test_titles_are_escaped_in_the_html_part_and_plain_in_the_text_part(course, readers):
    notify_class(message=quiz_message(course))
    run_due_jobs()

    message = mail.outbox[0]
    html = message.alternatives[0][0]
    assert "<b>water</b>" not in html
    assert "&lt;b&gt;water&lt;/b&gt;" in html
    assert "Quiz: <b>water</b>" in message.body


def test_mail_leads_to_the_thing_and_to_the_academy(course, readers, settings):
    settings.WAGTAILADMIN_BASE_URL = "https://academy.example"
    notify_class(message=quiz_message(course))
    run_due_jobs()

    message = mail.outbox[0]
    assert "https://academy.example/assessments/quizzes/1/" in message.body
    assert 'href="https://academy.example/"' in message.alternatives[0][0]


def test_title_with_a_line_break_cannot_add_a_header(course, readers):
    context = {"title": "Water\nBcc: all@example.org", "course": course.title}
    notify_class(message=quiz_message(course, context=context))
    run_due_jobs()

    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].bcc == []


def test_second_run_sends_nothing_again(course, readers):
    event = notify_class(message=quiz_message(course))
    run_due_jobs()
    ids = event.deliveries.order_by("pk").values_list("pk", flat=True)
    mail_service.send_mails(event_id=event.pk, first=ids[0], last=ids[len(ids) - 1])

    assert len(mail.outbox) == len(readers)


def test_server_that_is_down_leaves_the_mails_queued_for_a_later_try(
    course, readers, settings, mail_server
):
    notify_class(message=quiz_message(course))
    up, settings.EMAIL_PORT = mail_server.port, free_port()
    run_due_jobs()

    assert Delivery.objects.filter(state="queued").count() == len(readers)
    job = Job.objects.get(name="notifications.send_mails")
    assert (job.state, job.tries) == ("queued", 1)
    assert job.last_error == "builtins.ConnectionRefusedError"

    settings.EMAIL_PORT = up
    run_jobs_later()
    assert sorted(mail_server.recipients) == addresses(readers)


@pytest.mark.parametrize("refused", ["refused_addresses", "refused_content"])
@pytest.mark.parametrize("answer", ["550 No such person", "552 Over quota", "554 Spam"])
def test_mail_refused_for_good_is_given_up_and_the_others_are_sent(
    course, readers, mail_server, refused, answer
):
    getattr(mail_server, refused)[readers[0].email] = answer
    notify_class(message=quiz_message(course))
    run_due_jobs()

    assert mail_server.recipients == [readers[1].email]
    assert Delivery.objects.get(user=readers[0]).state == "failed"
    assert not Job.objects.exclude(state="done").exists()


@pytest.mark.parametrize("refused", ["refused_addresses", "refused_content"])
@pytest.mark.parametrize("answer", ["450 Greylisted", "451 Come back later", "421 Too busy"])
def test_mail_refused_for_the_moment_is_sent_later_and_holds_nobody_up(
    course, readers, mail_server, monkeypatch, refused, answer
):
    monkeypatch.setattr(notify, "CHUNK", 2)
    others = [EnrollmentFactory(course=course).student for _number in range(3)]
    getattr(mail_server, refused)[readers[0].email] = answer
    notify_class(message=quiz_message(course))
    run_due_jobs()

    assert sorted(mail_server.recipients) == addresses([readers[1], *others])
    assert Delivery.objects.get(user=readers[0]).state == "queued"

    getattr(mail_server, refused).clear()
    run_jobs_later()
    assert sorted(mail_server.recipients) == addresses([*readers, *others])
    assert not Job.objects.exclude(state="done").exists()


def test_mails_of_a_batch_share_one_connection(course, readers, mail_server):
    notify_class(message=quiz_message(course))
    run_due_jobs()

    assert len(mail_server.recipients) == len(readers)
    assert mail_server.connections == 1


def test_slow_server_is_left_in_time_and_gets_the_rest_later(
    course, readers, mail_server, monkeypatch
):
    monkeypatch.setattr(mail_service, "SECONDS", 0.3)
    mail_server.delay = 0.2
    others = [EnrollmentFactory(course=course).student for _number in range(4)]
    notify_class(message=quiz_message(course))
    run_due_jobs()
    assert 1 <= len(mail_server.recipients) < 6

    mail_server.delay = 0.0
    run_jobs_later()
    assert sorted(mail_server.recipients) == addresses([*readers, *others])


def test_worker_killed_between_sending_and_marking_repeats_that_mail_only(
    course, readers, monkeypatch
):
    notify_class(message=quiz_message(course))
    mark = mail_service._mark
    monkeypatch.setattr(mail_service, "_mark", kill)
    with pytest.raises(KeyboardInterrupt):
        run_due_jobs()
    monkeypatch.setattr(mail_service, "_mark", mark)
    run_jobs_later()

    assert len(mail.outbox) == len(readers) + 1


def test_somebody_deactivated_meanwhile_gets_no_mail(course, student):
    notify_user(user=student, message=quiz_message(course, kind=GRADED, key="grade:1"))
    student.is_active = False
    student.save()
    run_due_jobs()

    assert mail.outbox == []
    assert Delivery.objects.get().state == "skipped"


def test_large_class_is_mailed_in_chunks_that_wait_side_by_side_in_their_own_queue(
    course, monkeypatch
):
    monkeypatch.setattr(notify, "CHUNK", 2)
    for _student in range(5):
        EnrollmentFactory(course=course)
    notify_class(message=quiz_message(course))
    run_due_jobs(queue="default")
    jobs = Job.objects.filter(name="notifications.send_mails", queue="mail", state="queued")
    assert jobs.count() == 3

    run_due_jobs(queue="mail")
    assert len(mail.outbox) == 5


def test_reader_who_came_between_two_runs_gets_a_mail_and_the_others_no_second(course, readers):
    event = notify_class(message=quiz_message(course))
    notify.write_for_class(event_id=event.pk)
    late = EnrollmentFactory(course=course).student
    notify.write_for_class(event_id=event.pk)
    run_due_jobs()
    assert sorted(message.to[0] for message in mail.outbox) == addresses([*readers, late])


def test_mail_is_written_in_the_language_of_its_reader(course, student):
    student.language = "hi"
    student.save()
    notify_user(user=student, message=quiz_message(course, kind=GRADED, key="grade:2"))
    run_due_jobs()

    assert Event.objects.get().deliveries.get().state == "sent"


@pytest.mark.parametrize("context", [{}, {"title": "Only a title"}])
def test_event_that_lacks_a_word_is_still_told(course, student, context):
    notify_user(
        user=student, message=quiz_message(course, kind=GRADED, key="grade:3", context=context)
    )
    run_due_jobs()

    assert len(mail.outbox) == 1
