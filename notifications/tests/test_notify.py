"""Who is told what, and that nobody is told twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.jobs import run_due_jobs
from core.models import Job
from learning.models import CoursePage
from learning.tests.factories import CoursePageFactory, EnrollmentFactory
from notifications.kinds import ACTIVITY_PUBLISHED, GRADED, LESSON_PUBLISHED
from notifications.models import Delivery, Event, Notification
from notifications.selectors import count_unread
from notifications.services.notify import Message, notify_class, notify_user, write_for_class


def make_message(
    course: CoursePage, kind: str = LESSON_PUBLISHED, key: str = "lesson:1"
) -> Message:
    context = {"title": "How water climbs", "course": course.title}
    return Message(kind=kind, key=key, url="/somewhere/", course_id=course.pk, context=context)


def test_notify_class_writes_one_event_and_one_job_and_no_notification(course, readers):
    notify_class(message=make_message(course))

    assert Event.objects.count() == 1
    assert Job.objects.filter(name__startswith="notifications.").count() == 1
    assert not Notification.objects.exists()


def test_worker_tells_everybody_who_reads_the_course_and_nobody_who_left(course, readers):
    notify_class(message=make_message(course))
    run_due_jobs()

    told = set(Notification.objects.values_list("user_id", flat=True))
    assert told == {user.pk for user in readers}


def test_deactivated_student_is_not_told(course, readers):
    User.objects.filter(pk=readers[0].pk).update(is_active=False)
    notify_class(message=make_message(course))
    run_due_jobs()

    assert list(Notification.objects.values_list("user_id", flat=True)) == [readers[1].pk]


def test_class_is_told_once_however_often_the_job_runs(course, readers):
    event = notify_class(message=make_message(course))
    for _time in range(3):
        write_for_class(event_id=event.pk)

    assert Notification.objects.count() == len(readers)


def test_second_report_of_the_same_thing_changes_nothing(course, readers):
    first = notify_class(message=make_message(course))
    second = notify_class(message=make_message(course))

    assert first == second
    assert Job.objects.filter(name__startswith="notifications.").count() == 1


def test_writing_for_a_class_takes_the_same_queries_for_3_and_300_students(
    course,
):
    counts = []
    for number, size in enumerate((3, 300)):
        for _student in range(size):
            EnrollmentFactory(course=course)
        event = notify_class(message=make_message(course, key=f"lesson:{number}"))
        with CaptureQueriesContext(connection) as queries:
            write_for_class(event_id=event.pk)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert Notification.objects.count() == 3 + 303


def test_kind_with_mail_leaves_a_delivery_per_reader_and_one_mail_job(course, readers):
    event = notify_class(message=make_message(course, kind=ACTIVITY_PUBLISHED))
    write_for_class(event_id=event.pk)

    assert Delivery.objects.filter(event=event, state="queued").count() == len(readers)
    assert Job.objects.filter(name="notifications.send_mails").count() == 1


def test_one_person_is_told_at_once_and_counted(
    course, student, django_capture_on_commit_callbacks
):
    assert count_unread(student) == 0
    with django_capture_on_commit_callbacks(execute=True):
        notify_user(user=student, message=make_message(course, kind=GRADED))
        notify_user(user=student, message=make_message(course, kind=GRADED))

    assert Notification.objects.filter(user=student).count() == 1
    assert count_unread(student) == 1


def test_count_of_a_class_is_forgotten_when_the_class_is_told(course, readers):
    assert count_unread(readers[0]) == 0
    event = notify_class(message=make_message(course))
    write_for_class(event_id=event.pk)

    assert count_unread(readers[0]) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_everybody_once():
    course = CoursePageFactory()
    for _student in range(50):
        EnrollmentFactory(course=course)
    event = notify_class(message=make_message(course))

    def work() -> None:
        write_for_class(event_id=event.pk)
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        for result in [pool.submit(work) for _worker in range(4)]:
            result.result()
    assert Notification.objects.count() == 50
