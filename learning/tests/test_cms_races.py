"""Two at once, in real transactions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection, TaskState

from accounts.tests.factories import TeacherFactory
from core.errors import Conflict
from learning.models import CoursePage, CourseTeam, LessonPage
from learning.services.courses import ensure_collection
from learning.services.publication import announce_lesson
from learning.services.teams import add_member, remove_member
from learning.tests.cms_forms import approval_form
from learning.tests.cms_world import build_world, publish, submit

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each call returned, or the refusal it raised."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return call()
        except Conflict as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_leads_when_they_remove_each_other_at_once_leave_one() -> None:
    course = build_world().b.course
    add_member(course=course, user=TeacherFactory(), role="lead")
    results = at_once(
        *(lambda member=member: remove_member(member=member) for member in course.team.all())
    )
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert CourseTeam.objects.filter(course=course, role="lead").count() == 1


def test_collection_when_made_twice_at_once_is_one() -> None:
    course = build_world().b.course
    CoursePage.objects.filter(pk=course.pk).update(collection=None)
    before = Collection.objects.count()
    at_once(*[lambda: ensure_collection(course=CoursePage.objects.get(pk=course.pk))] * 3)
    assert Collection.objects.count() == before + 1


def test_lesson_when_announced_by_two_processes_at_once_is_announced_once() -> None:
    world = build_world()
    draft = world.b.draft
    publish(draft, world.ben)
    type(draft).objects.filter(pk=draft.pk).update(announced_at=None)
    results = at_once(*[lambda: announce_lesson(lesson_id=draft.pk)] * 3)
    assert sorted(map(bool, results)) == [False, False, True]


def test_version_when_approved_twice_at_once_is_approved_once() -> None:
    world = build_world()
    lesson = world.b.draft
    submit(lesson, world.ben)
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])

    def approve() -> int:
        client = Client()
        client.force_login(world.admin)
        return client.post(edit, approval_form(lesson)).status_code

    assert at_once(*[approve] * 4) == [302] * 4
    assert LessonPage.objects.get(pk=lesson.pk).live
    assert TaskState.objects.filter(status=TaskState.STATUS_APPROVED).count() == 1
    assert lesson.revisions.count() == 2
