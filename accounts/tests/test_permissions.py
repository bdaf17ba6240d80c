"""Who may do what to people."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group

from accounts import permissions
from accounts.models import User
from accounts.policies import NobodyPolicy, PeoplePolicy
from accounts.tests.factories import (
    AdminFactory,
    StudentFactory,
    SuperuserFactory,
    TeacherFactory,
)

pytestmark = pytest.mark.django_db

EVERYBODY = {
    "anonymous": AnonymousUser,
    "student": StudentFactory,
    "teacher": TeacherFactory,
    "admin": AdminFactory,
    "superuser": SuperuserFactory,
}
MAY = {
    "is_administrator": {"admin", "superuser"},
    "can_author": {"teacher", "admin", "superuser"},
    "can_enter_cms": {"teacher", "admin", "superuser"},
    "can_enter_django_admin": {"superuser"},
    "can_manage_people": {"admin", "superuser"},
}


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("predicate", MAY)
def test_each_role_may_exactly_what_is_listed(predicate, who):
    assert getattr(permissions, predicate)(EVERYBODY[who]()) == (who in MAY[predicate])


@pytest.mark.parametrize("who", ["student", "teacher", "admin", "superuser"])
@pytest.mark.parametrize("predicate", MAY)
def test_deactivated_people_may_nothing(predicate, who):
    assert not getattr(permissions, predicate)(EVERYBODY[who](is_active=False))


@pytest.mark.parametrize("who", ["anonymous", "student", "teacher"])
def test_only_administrators_change_people(who):
    user, person = EVERYBODY[who](), StudentFactory()
    assert not permissions.can_change_person(user, person)
    assert not permissions.can_set_role(user, person)
    assert not permissions.can_deactivate(user, person)


def test_an_administrator_changes_people_but_no_superuser():
    admin = AdminFactory()
    assert permissions.can_change_person(admin, TeacherFactory())
    assert not permissions.can_change_person(admin, SuperuserFactory())
    assert not permissions.can_deactivate(admin, SuperuserFactory())


def test_a_superuser_changes_superusers_but_not_their_role():
    superuser, other = SuperuserFactory(), SuperuserFactory()
    assert permissions.can_change_person(superuser, other)
    assert permissions.can_deactivate(superuser, other)
    assert not permissions.can_set_role(superuser, other)


def test_nobody_changes_their_own_role_or_locks_themselves_out():
    admin = AdminFactory()
    assert permissions.can_change_person(admin, admin)
    assert not permissions.can_set_role(admin, admin)
    assert not permissions.can_deactivate(admin, admin)


class TestPolicies:
    @pytest.mark.parametrize("action", ["add", "change", "view", "delete"])
    def test_people_are_changed_by_administrators_and_deleted_by_nobody(self, action):
        policy, person = PeoplePolicy(User), StudentFactory()
        for who, factory in EVERYBODY.items():
            may = who in {"admin", "superuser"} and action != "delete"
            assert policy.user_has_permission(factory(), action) == may
            assert policy.user_has_permission_for_instance(factory(), action, person) == may

    def test_superusers_are_changed_by_superusers(self):
        policy, superuser = PeoplePolicy(User), SuperuserFactory()
        assert not policy.user_has_permission_for_instance(AdminFactory(), "change", superuser)
        assert policy.user_has_permission_for_instance(SuperuserFactory(), "change", superuser)

    def test_groups_are_changed_by_nobody(self):
        policy, group = NobodyPolicy(Group), Group.objects.get(name="Teachers")
        superuser = SuperuserFactory()
        assert not policy.user_has_permission(superuser, "change")
        assert not policy.user_has_any_permission(superuser, ["add", "change", "view"])
        assert not policy.user_has_permission_for_instance(superuser, "change", group)
