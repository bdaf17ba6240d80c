"""What crosses a worker, with a real Celery worker, Redis, PostgreSQL and mail server."""

import os
import signal
import subprocess
from collections.abc import Callable
from datetime import timedelta

import pytest
from celery import current_app
from django.db import connection, transaction
from django.utils import timezone

from accounts.tests.factories import StudentFactory, TeacherFactory
from assessments.models import Attempt
from assessments.services.attempts import start_attempt
from assessments.services.grades import item_for, record_grade
from assessments.tests.factories import make_assignment, make_quiz
from core.models import Job
from core.tests.servers import MailServer
from learning.models import Enrollment, LessonPage, ModulePage
from learning.tests.factories import CoursePageFactory, enroll, make_course
from notifications.models import Notification
from notifications.services.notify import WRITE_FOR_CLASS, write_for_class
from tests.conftest import wait_for
from tests.crowd import enroll_crowd

pytestmark = [
    pytest.mark.worker,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]

StartWorker = Callable[[], subprocess.Popen[bytes]]
CLASS_SIZE = 20_000


def publish_lesson_to(size: int) -> None:
    course = CoursePageFactory()
    enroll_crowd(course, size)
    module = ModulePage(title="Water", slug="water")
    course.add_child(instance=module)
    lesson = LessonPage(title="How water climbs", slug="how-water-climbs", live=False)
    module.add_child(instance=lesson)
    lesson.save_revision().publish()


def kill(worker: subprocess.Popen[bytes]) -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def hold_back_the_last_one_of(job: Job) -> None:
    """A row that is not committed: whoever writes the same one stands there in mid-statement."""
    event, last = job.arguments["event_id"], Enrollment.objects.latest("pk").student_id
    Notification.objects.create(event_id=event, user_id=last, created=timezone.now())


def somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def end_leases() -> None:
    """Time passes: what a dead worker held is due again."""
    Job.objects.filter(state="running").update(due=timezone.now())
    current_app.send_task("core.sweep_jobs", args=["default"])


def test_lesson_for_20000_is_one_job_and_a_killed_worker_loses_and_doubles_nothing(
    start_worker: StartWorker,
) -> None:
    publish_lesson_to(CLASS_SIZE)
    job = Job.objects.get(name=WRITE_FOR_CLASS)
    assert not Notification.objects.exists()

    with transaction.atomic():
        hold_back_the_last_one_of(job)
        first = start_worker()
        wait_for(somebody_waits_for_a_lock, seconds=60)
        kill(first)
        transaction.set_rollback(True)
    assert Job.objects.get(pk=job.pk).state == "running"
    assert not Notification.objects.exists()
    start_worker()
    end_leases()
    wait_for(lambda: Job.objects.filter(pk=job.pk, state="done").exists(), seconds=60)
    write_for_class(**job.arguments)

    assert Notification.objects.count() == CLASS_SIZE
    assert Notification.objects.values("user_id").distinct().count() == CLASS_SIZE


def test_graded_student_gets_one_mail_by_the_worker(
    start_worker: StartWorker, mail_server: MailServer
) -> None:
    start_worker()
    student = StudentFactory()
    assignment = make_assignment(make_course())
    enroll(student, assignment.course)
    record_grade(item=item_for(assignment), student=student, points=17, by=TeacherFactory())

    wait_for(lambda: bool(mail_server.messages))
    wait_for(lambda: not Job.objects.exclude(state="done").exists())
    assert [message.rcpt_tos for message in mail_server.messages] == [[student.email]]


def test_attempt_left_open_is_handed_in_by_the_worker(start_worker: StartWorker) -> None:
    student = StudentFactory()
    quiz = make_quiz(make_course(), time_limit=10)
    enroll(student, quiz.course)
    started = timezone.now() - timedelta(hours=1)
    attempt = start_attempt(quiz=quiz, student=student, at=started)

    start_worker()
    current_app.send_task("assessments.submit_overdue_attempts")
    wait_for(lambda: Attempt.objects.filter(pk=attempt.pk, state="graded").exists())

    attempt.refresh_from_db()
    assert attempt.closed_by_clock
    assert attempt.submitted_at == attempt.deadline
