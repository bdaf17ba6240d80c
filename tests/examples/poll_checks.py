"""A kind of activity in an app of its own, from its form in the CMS to a student's grade.

Run by `tests/test_examples.py`, with `tests.examples.settings`.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import nested_form_data

from accounts.models import User
from accounts.roles import sync_roles
from accounts.tests.factories import StudentFactory
from assessments.models import Grade, GradeItem
from core.errors import Conflict
from core.jobs import run_due_jobs
from learning.models import Activity, CoursePage, Enrollment
from learning.registries import activity_kinds
from learning.services import activities
from learning.tests.factories import (
    CourseTeamFactory,
    LessonPageFactory,
    ModulePageFactory,
    enroll,
    make_course,
)
from notifications.models import Notification
from tests.examples.poll.models import Poll
from tests.examples.poll.services import vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> CoursePage:
    return make_course(lessons=0)


@pytest.fixture
def student(course: CoursePage) -> User:
    return enroll(StudentFactory(), course).student


@pytest.fixture
def teacher(course: CoursePage) -> User:
    user = CourseTeamFactory(course=course).user
    sync_roles()
    return user


@pytest.fixture
def poll(course: CoursePage) -> Poll:
    """Published, in a lesson of its course."""
    poll = Poll.objects.create(
        course=course, title="Coffee or tea", question="Coffee?", published=True
    )
    module = ModulePageFactory(parent=CoursePage.objects.get(pk=course.pk))
    LessonPageFactory(parent=module, title="Breakfast", body=[("activity", {"activity": poll})])
    activities.sync_after_save(activity=poll)
    return poll


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_teacher_writes_a_poll_in_the_cms(course: CoursePage, teacher: User) -> None:
    client = sign_in(teacher)
    data = nested_form_data(
        {
            "title": "Coffee or tea",
            "course": course.pk,
            "question": "Coffee?",
            "completion": "submitted",
            "closes_at": "",
            "published": "on",
        }
    )
    response = client.post(reverse("poll_poll_modeladmin_create"), data)
    assert response.status_code == 302
    poll = Poll.objects.get()
    assert poll.announced_at is not None
    listed = client.get(reverse("poll_poll_modeladmin_index")).text
    assert "Coffee or tea" in listed
    assert "#icon-pick" in listed
    assert "Coffee or tea" in client.get(reverse("activity_chooser:choose")).text
    found = client.get(reverse("activity_chooser:chosen", args=[poll.pk])).json()["result"]
    assert found["edit_url"] == reverse("poll_poll_modeladmin_edit", args=[poll.pk])


def test_class_is_told_in_the_words_of_the_kind(
    course: CoursePage, student: User, poll: Poll
) -> None:
    run_due_jobs()
    assert Notification.objects.filter(user=student).count() == 1
    page = sign_in(student).get(reverse("notifications")).text
    assert "New poll in" in page
    assert "Coffee or tea" in page


def test_student_finds_it_votes_and_gets_the_point(
    course: CoursePage, student: User, poll: Poll
) -> None:
    client = sign_in(student)
    lesson = poll.placements.get().lesson
    outline = client.get(course.get_url()).text
    assert "Poll" in outline
    page = client.get(lesson.get_url()).text
    assert "Not voted yet" in page
    address = reverse("activity", args=[poll.pk])
    assert address in page
    work = client.get(reverse("course_work", args=[course.pk])).text
    assert "Polls" in work
    assert "0 of 1 done" in work
    assert "quiz" not in work.lower(), "no page names kinds that the course has none of"
    for _twice in range(2):
        assert client.post(address, {"yes": ""}).status_code == 302
    poll.refresh_from_db()
    assert (poll.yes_count, poll.no_count) == (1, 0)
    assert Grade.objects.get(student=student).points == 1
    assert GradeItem.objects.get(activity=poll).max_points == 1
    enrollment = Enrollment.objects.get(student=student)
    assert (enrollment.state, enrollment.lessons_done) == ("completed", 1)
    assert "1 of 1 done" in client.get(reverse("course_work", args=[course.pk])).text
    dashboard = client.get(reverse("dashboard_student")).text
    assert f'<a href="{address}">Coffee or tea</a>' in dashboard
    assert "1 / 1" in dashboard


def test_teacher_sees_the_newest_vote_on_the_dashboard(
    student: User, teacher: User, poll: Poll
) -> None:
    vote(poll=poll, student=student, says_yes=True)
    page = sign_in(teacher).get(reverse("dashboard_teacher")).text
    assert student.display_name in page
    assert f'<a href="{reverse("activity", args=[poll.pk])}">1 / 1</a>' in page


def test_poll_that_closes_is_due(student: User, poll: Poll) -> None:
    Activity.objects.filter(pk=poll.pk).update(closes_at=timezone.now() + timedelta(days=2))
    client = sign_in(student)
    due = client.get(reverse("dashboard_student")).context["dashboard"].due
    assert [one.title for one in due] == ["Coffee or tea"]
    vote(poll=poll, student=student, says_yes=False)
    assert not client.get(reverse("dashboard_student")).context["dashboard"].due


def test_vote_before_its_lesson_was_published_counts_later(
    course: CoursePage, student: User, poll: Poll
) -> None:
    lesson = poll.placements.get().lesson
    lesson.unpublish()
    vote(poll=poll, student=student, says_yes=True)
    assert not lesson.completions.exists()
    lesson.save_revision().publish()
    run_due_jobs()
    assert lesson.completions.count() == 1


def test_nobody_else_finds_it(course: CoursePage, poll: Poll) -> None:
    outsider = sign_in(enroll(StudentFactory(), make_course()).student)
    assert outsider.get(reverse("activity", args=[poll.pk])).status_code == 404
    assert outsider.post(reverse("activity", args=[poll.pk]), {"yes": ""}).status_code == 404
    assert not Grade.objects.exists()


def test_team_sees_its_figures(
    course: CoursePage, student: User, teacher: User, poll: Poll
) -> None:
    vote(poll=poll, student=student, says_yes=True)
    page = sign_in(teacher).get(reverse("course_work", args=[course.pk])).text
    assert "1 yes · 0 no" in page


def test_poll_is_archived_restored_and_never_deleted_once_used(
    student: User, teacher: User, poll: Poll
) -> None:
    vote(poll=poll, student=student, says_yes=True)
    client = sign_in(teacher)
    refused = client.post(reverse("poll_poll_modeladmin_delete", args=[poll.pk]))
    assert "1 votes" in refused.text
    with pytest.raises(Conflict):
        activities.delete(activity=poll, by=teacher)
    assert client.post(reverse("poll_poll_modeladmin_archive", args=[poll.pk])).status_code == 302
    assert "Coffee or tea" not in sign_in(student).get(poll.placements.get().lesson.get_url()).text
    activities.restore(activity=poll, by=teacher)
    assert Poll.objects.get().is_visible


def test_copy_keeps_the_question_and_no_votes(student: User, poll: Poll) -> None:
    vote(poll=poll, student=student, says_yes=True)
    other = make_course()
    copied = activity_kinds["poll"].copy(Poll.objects.get(), other)
    assert (copied.course_id, copied.question, copied.yes_count) == (other.pk, "Coffee?", 0)
    assert not copied.published
