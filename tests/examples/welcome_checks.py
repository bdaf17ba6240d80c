"""A kind of notification in an app of its own.

Run by `tests/test_examples.py`, with `tests.examples.settings`.
"""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import StudentFactory
from core.jobs import run_due_jobs
from learning.services.enrollment import enroll_student, leave_course
from learning.tests.factories import make_course
from notifications.models import Notification

pytestmark = pytest.mark.django_db


def test_student_is_welcomed_once_on_the_site_and_by_mail() -> None:
    student, course = StudentFactory(), make_course(title="Plants & water")
    enroll_student(student=student, course=course)
    leave_course(student=student, course=course)
    enroll_student(student=student, course=course)
    run_due_jobs()
    assert Notification.objects.filter(user=student).count() == 1
    client = Client()
    client.force_login(student)
    page = client.get(reverse("notifications")).text
    assert "Welcome to <bdi>Plants &amp; water</bdi>" in page
    [message] = mail.outbox
    assert message.subject.startswith("Welcome to Plants & water")
