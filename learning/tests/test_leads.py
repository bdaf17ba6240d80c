"""Whoever leads a course alone stays its teacher until somebody else leads it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role, User
from accounts.services.people import deactivate_person
from accounts.services.roles import set_role
from accounts.tests.factories import StudentFactory, TeacherFactory
from accounts.tests.people_list import FORM, PEOPLE, bulk
from core.errors import Conflict
from learning.models import CourseTeam
from learning.services.courses import archive_course
from learning.services.teams import add_member
from learning.tests.cms_world import CmsWorld
from learning.tests.factories import CourseTeamFactory

Change = Callable[..., User]


def demote(*, user: User, by: User) -> User:
    return set_role(user=user, role=Role.STUDENT, by=by)


def promote(*, user: User, by: User) -> User:
    return set_role(user=user, role=Role.ADMIN, by=by)


CHANGES = [demote, promote, deactivate_person]


@pytest.mark.parametrize("change", CHANGES)
def test_lead_when_alone_is_neither_given_another_role_nor_deactivated(
    world: CmsWorld, change: Change
) -> None:
    with pytest.raises(Conflict, match="Course beech"):
        change(user=world.ben, by=world.admin)
    assert User.objects.get(pk=world.ben.pk).is_teacher


@pytest.mark.parametrize("change", CHANGES)
def test_lead_when_another_teacher_leads_too_may_go(world: CmsWorld, change: Change) -> None:
    add_member(course=world.b.course, user=TeacherFactory(), role="lead", by=world.admin)
    change(user=world.ben, by=world.admin)
    assert not User.objects.get(pk=world.ben.pk).is_teacher


@pytest.mark.parametrize("other", [{"is_active": False}, {"role": Role.ADMIN}])
def test_lead_when_the_other_lead_is_no_teacher_stays(
    world: CmsWorld, other: dict[str, Any]
) -> None:
    CourseTeamFactory(course=world.b.course, user=TeacherFactory(**other))
    with pytest.raises(Conflict):
        deactivate_person(user=world.ben, by=world.admin)


def test_lead_when_the_course_is_archived_may_go(world: CmsWorld) -> None:
    archive_course(course=world.b.course, by=world.admin)
    deactivate_person(user=world.ben, by=world.admin)
    assert not User.objects.get(pk=world.ben.pk).is_active


def test_co_teacher_when_deactivated_leaves_no_course_alone(world: CmsWorld) -> None:
    helper = TeacherFactory()
    add_member(course=world.b.course, user=helper, role="teacher", by=world.ben)
    deactivate_person(user=helper, by=world.admin)
    assert not User.objects.get(pk=helper.pk).is_active


def test_refusal_when_many_courses_are_led_names_three(world: CmsWorld) -> None:
    lead = CourseTeamFactory(course__title="A").user
    for title in "BCDE":
        CourseTeamFactory(course__title=title, user=lead)
    with pytest.raises(Conflict) as refusal:
        demote(user=lead, by=world.admin)
    assert "of “A”, “B”, “C”, …. " in str(refusal.value)
    assert refusal.value.field == "role"
    assert CourseTeam.objects.leading().filter(user=lead).count() == 5


def test_role_of_a_lead_alone_when_changed_in_the_form_is_refused_beside_the_field(
    world: CmsWorld, client_of: Callable[[User], Client]
) -> None:
    form = {name: getattr(world.ben, name) for name in FORM if hasattr(world.ben, name)}
    response = client_of(world.admin).post(
        f"{PEOPLE}edit/{world.ben.pk}/", {**form, "role": "student"}
    )
    assert "Course beech" in str(response.context["form"].errors["role"])
    assert User.objects.get(pk=world.ben.pk).is_teacher


def test_lead_alone_when_deactivated_in_the_list_stays_and_it_is_said(
    world: CmsWorld, client_of: Callable[[User], Client]
) -> None:
    client = client_of(world.admin)
    response = client.post(f"{PEOPLE}deactivate/{world.ben.pk}/", follow=True)
    assert "Course beech" in response.text
    assert User.objects.get(pk=world.ben.pk).is_active


@pytest.mark.parametrize("action", ["deactivate", "assign_role"])
def test_lead_alone_when_changed_with_others_keeps_all_as_they_are(
    world: CmsWorld, client_of: Callable[[User], Client], action: str
) -> None:
    client, other = client_of(world.admin), StudentFactory()
    address = bulk(action, other, world.ben, next=PEOPLE)
    response = client.post(address, {"role": "admin"}, follow=True)
    assert "Nobody was changed." in response.text
    assert "Course beech" in response.text
    assert User.objects.get(pk=other.pk).is_student
    assert User.objects.get(pk=world.ben.pk).is_teacher
