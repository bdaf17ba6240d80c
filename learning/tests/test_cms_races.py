"""Two at once, in real transactions."""

from collections import Counter
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection, PageLogEntry

from accounts.services.people import deactivate_person
from accounts.tests.factories import TeacherFactory
from core.errors import Conflict
from core.tests.races import at_once
from learning.models import CoursePage, CourseTeam
from learning.services.announcements import announce_lesson
from learning.services.courses import ensure_collection
from learning.services.teams import add_member, remove_member
from learning.tests.cms_forms import approval_form
from learning.tests.cms_world import build_world, publish, submit

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_leads_when_they_remove_each_other_at_once_leave_one() -> None:
    course = build_world().b.course
    add_member(course=course, user=TeacherFactory(), role="lead")
    results = at_once(
        *(lambda member=member: remove_member(member=member) for member in course.team.all())
    )
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert CourseTeam.objects.filter(course=course, role="lead").count() == 1


def test_two_leads_when_they_are_deactivated_and_removed_at_once_leave_one() -> None:
    course = build_world().b.course
    member = add_member(course=course, user=TeacherFactory(), role="lead")
    other = course.team.exclude(pk=member.pk).get().user
    results = at_once(
        partial(remove_member, member=member), partial(deactivate_person, user=other, by=None)
    )
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert CourseTeam.objects.leading().filter(course=course).count() == 1


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

    clients = [Client() for _click in range(4)]
    for client in clients:
        client.force_login(world.admin)

    def approve(client: Client) -> int:
        return client.post(edit, approval_form(lesson)).status_code

    answers = at_once(*(partial(approve, client) for client in clients))
    assert answers == [302] * len(clients)
    done = PageLogEntry.objects.filter(page=lesson, user=world.admin)
    assert Counter(done.values_list("action", flat=True)) == {
        "wagtail.publish": 1,
        "wagtail.workflow.approve": 1,
    }
