"""Roles as data: groups are exactly what the registry says."""

import logging

import pytest
from django.apps.registry import Apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts.models import GROUP_NAMES, Role, User
from accounts.receivers import sync_roles_after_migrate
from accounts.roles import ACCESS_ADMIN, permissions_of, role_permissions, sync_roles
from accounts.tests.factories import AdminFactory, StudentFactory, TeacherFactory

pytestmark = pytest.mark.django_db


def codenames_of(group: str) -> set[str]:
    rows = Permission.objects.filter(group__name=group).select_related("content_type")
    return {f"{row.content_type.app_label}.{row.codename}" for row in rows}


@pytest.mark.parametrize("role", [Role.ADMIN, Role.TEACHER])
def test_after_migrate_a_group_has_exactly_the_registered_permissions(role):
    assert codenames_of(GROUP_NAMES[role]) == permissions_of(role)


def test_every_registered_permission_exists():
    known = {
        f"{row.content_type.app_label}.{row.codename}"
        for row in Permission.objects.select_related("content_type")
    }
    assert permissions_of(Role.ADMIN) | permissions_of(Role.TEACHER) <= known


def test_administrators_manage_people_and_teachers_do_not():
    people = {"accounts.add_user", "accounts.change_user", "accounts.view_user"}
    assert people <= permissions_of(Role.ADMIN)
    assert not {name for name in permissions_of(Role.TEACHER) if name.startswith("accounts.")}


def test_nobody_may_edit_groups_sites_or_delete_people_by_role():
    forbidden = {"accounts.delete_user", "auth.change_group", "auth.add_group", "auth.delete_group"}
    assert not forbidden & (permissions_of(Role.ADMIN) | permissions_of(Role.TEACHER))


def test_students_have_no_permissions():
    assert permissions_of(Role.STUDENT) == set()


def test_both_groups_may_enter_the_administration():
    for name in GROUP_NAMES.values():
        assert ACCESS_ADMIN in codenames_of(name)


def test_a_permission_given_by_hand_is_taken_away():
    teachers = Group.objects.get(name="Teachers")
    teachers.permissions.add(Permission.objects.get(codename="change_user"))
    sync_roles()
    assert codenames_of("Teachers") == permissions_of(Role.TEACHER)


def test_stock_groups_are_gone_and_removed_again():
    assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()
    Group.objects.create(name="Editors")
    sync_roles()
    assert not Group.objects.filter(name="Editors").exists()


def test_memberships_follow_roles():
    teacher, student, admin = TeacherFactory(), StudentFactory(), AdminFactory()
    teacher.groups.clear()
    student.groups.add(Group.objects.get(name="Administrators"))
    admin.groups.add(Group.objects.get(name="Teachers"))
    sync_roles()
    assert [group.name for group in teacher.groups.all()] == ["Teachers"]
    assert not student.groups.exists()
    assert [group.name for group in admin.groups.all()] == ["Administrators"]


def test_only_superusers_are_staff():
    teacher = TeacherFactory(is_staff=True)
    sync_roles()
    teacher.refresh_from_db()
    assert not teacher.is_staff


def test_twice_is_like_once(django_assert_max_num_queries):
    TeacherFactory()
    sync_roles()
    before = list(User.groups.through.objects.values_list("user_id", "group_id"))
    with django_assert_max_num_queries(30):
        sync_roles()
    assert list(User.groups.through.objects.values_list("user_id", "group_id")) == before


def test_a_permission_that_does_not_exist_is_named_in_the_log(caplog):
    with role_permissions.restored(), caplog.at_level(logging.WARNING):
        role_permissions.register("nowhere", {Role.TEACHER: ["nowhere.fly"]})
        sync_roles()
    assert "nowhere.fly" in caplog.text


def test_migrate_syncs():
    Group.objects.get(name="Teachers").delete()
    call_command("migrate", verbosity=0)
    assert codenames_of("Teachers") == permissions_of(Role.TEACHER)


def test_halfway_through_the_migrations_it_waits(django_assert_num_queries):
    with django_assert_num_queries(0):
        sync_roles_after_migrate(sender=None, apps=Apps())
