"""Only administrators reach people, rights follow from roles alone, and every write is a POST."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from accounts.tests.factories import (
    PASSWORD,
    AdminFactory,
    StudentFactory,
    SuperuserFactory,
    TeacherFactory,
)
from accounts.tests.people_list import FORM, PEOPLE, bulk

pytestmark = pytest.mark.django_db


def attacks(person, group):
    """Every address through which somebody could give rights, with what would do it."""
    return [
        ("get", PEOPLE, {}),
        ("get", f"{PEOPLE}results/", {}),
        ("post", f"{PEOPLE}new/", FORM),
        ("post", f"{PEOPLE}edit/{person.pk}/", {**FORM, "role": "admin"}),
        ("post", f"{PEOPLE}delete/{person.pk}/", {}),
        ("post", f"{PEOPLE}deactivate/{person.pk}/", {}),
        ("post", f"{PEOPLE}reactivate/{person.pk}/", {}),
        ("get", f"{PEOPLE}history/{person.pk}/", {}),
        ("get", f"{PEOPLE}usage/{person.pk}/", {}),
        ("post", bulk("assign_role", person), {"role": "admin"}),
        ("post", bulk("deactivate", person), {}),
        ("post", bulk("reactivate", person), {}),
        ("get", "/admin/groups/", {}),
        ("post", "/admin/groups/new/", {"name": "Mine"}),
        ("post", f"/admin/groups/edit/{group.pk}/", {"name": "Mine", "permissions": ["1", "2"]}),
        ("post", f"/admin/groups/delete/{group.pk}/", {}),
        ("post", "/admin/sites/new/", {"hostname": "evil.example", "port": "80"}),
        ("post", "/django-admin/accounts/user/add/", FORM),
        ("post", f"/django-admin/accounts/user/{person.pk}/change/", {"is_superuser": "on"}),
        ("post", f"/django-admin/accounts/user/{person.pk}/password/", {"password1": "x"}),
        ("post", "/django-admin/account/emailaddress/add/", {"email": "x@example.org"}),
        ("get", "/django-admin/auth/group/", {}),
    ]


def state():
    people = User.objects.order_by("pk").values_list(
        "pk", "username", "role", "is_active", "password"
    )
    rights = Group.objects.order_by("pk").values_list("pk", "name", "permissions")
    return list(people), list(rights), list(User.groups.through.objects.values_list())


@pytest.mark.parametrize("factory", [StudentFactory, TeacherFactory], ids=["student", "teacher"])
def test_b8_only_administrators_reach_people_and_nothing_changes(client, factory):
    someone = factory(username="someone")
    client.force_login(someone)
    group = Group.objects.get(name="Teachers")
    for person in (StudentFactory(is_active=False), someone):
        before = state()
        for method, path, data in attacks(person, group):
            response = getattr(client, method)(path, data)
            refused = response.status_code in {403, 404} or (
                response.status_code == 302 and response.url == "/admin/"
            )
            assert refused, (path, response.status_code)
            assert state() == before, path


@pytest.mark.parametrize("factory", [AdminFactory, SuperuserFactory], ids=["admin", "superuser"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_b8_groups_are_edited_by_nobody(client, factory, method):
    client.force_login(factory())
    group = Group.objects.get(name="Teachers")
    before = state()
    for path in ("", "new/", f"edit/{group.pk}/", f"delete/{group.pk}/"):
        response = getattr(client, method)(f"/admin/groups/{path}", {"name": "Mine"})
        assert response.url == "/admin/"
    assert state() == before


def test_h1_without_a_token_nothing_changes():
    admin, person = AdminFactory(), StudentFactory()
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    before = state()
    for path, data in [
        (f"{PEOPLE}new/", FORM),
        (f"{PEOPLE}edit/{person.pk}/", {**FORM, "role": "admin"}),
        (f"{PEOPLE}deactivate/{person.pk}/", {}),
        (bulk("assign_role", person), {"role": "admin"}),
        ("/accounts/profile/", {"username": "other", "language": "en", "time_zone": "UTC"}),
        ("/accounts/logout/", {}),
        ("/accounts/email/", {"email": "x@example.org", "action_add": ""}),
        ("/accounts/password/change/", {"oldpassword": PASSWORD}),
        ("/admin/account/", {"theme-theme": "dark"}),
        ("/admin/logout/", {}),
    ]:
        assert client.post(path, data).status_code == 403, path
    assert state() == before
    assert "_auth_user_id" in client.session


def test_h1_get_changes_nothing():
    admin, person = AdminFactory(), StudentFactory()
    client = Client()
    client.force_login(admin)
    before = state()
    for path in [
        "/accounts/logout/",
        "/admin/logout/",
        "/accounts/profile/?username=other",
        f"{PEOPLE}new/?role=admin",
        f"{PEOPLE}edit/{person.pk}/?role=admin",
        f"{PEOPLE}deactivate/{person.pk}/",
        f"{PEOPLE}delete/{person.pk}/",
        bulk("assign_role", person, role="admin"),
        bulk("deactivate", person),
    ]:
        client.get(path)
    assert state() == before
    assert "_auth_user_id" in client.session
