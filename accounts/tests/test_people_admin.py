"""Wagtail's list of people: add, change and deactivate; nobody is deleted."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import Role, User
from accounts.tests.factories import (
    PASSWORD,
    AdminFactory,
    StudentFactory,
    SuperuserFactory,
    TeacherFactory,
)
from accounts.tests.people_list import FORM, PEOPLE, bulk
from core.models import AuditEvent

pytestmark = pytest.mark.django_db


class TestList:
    def test_shows_who_people_are_and_what_they_may(self, client, admin):
        TeacherFactory(first_name="Tara", last_name="Bose", email="tara@example.org")
        page = client.get(PEOPLE).content.decode()
        for text in ("Tara Bose", "tara@example.org", "Teacher", "Last sign-in"):
            assert text in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", {"admin", "tara", "asha", "gone"}),
            ("role=teacher", {"tara"}),
            ("role=teacher&role=admin", {"tara", "admin"}),
            ("is_active=false", {"gone"}),
            ("role=student&is_active=true", {"asha"}),
            ("q=tara", {"tara"}),
            ("q=tara+bose", {"tara"}),
            ("q=TARA%40example", {"tara"}),
            ("q=nobody", set()),
            ("q=%00", {"admin", "tara", "asha", "gone"}),
            ("q=%22", {"admin", "tara", "asha", "gone"}),
            ("q=" + "x" * 10_000, set()),
            ("role=owner", {"admin", "tara", "asha", "gone"}),
        ],
    )
    def test_filters_and_search(self, client, admin, query, found):
        TeacherFactory(username="tara", first_name="Tara", last_name="Bose")
        StudentFactory(username="asha")
        StudentFactory(username="gone", is_active=False)
        response = client.get(f"{PEOPLE}results/?{query}")
        assert response.status_code == 200
        assert {person.username for person in response.context["object_list"]} == found

    @pytest.mark.parametrize("key", ["name", "username", "email", "last_login"])
    def test_can_be_ordered(self, client, admin, key):
        for ordering in (key, f"-{key}"):
            assert client.get(PEOPLE, {"ordering": ordering}).status_code == 200

    @pytest.mark.parametrize("ordering", ["password", "groups__name", "';--"])
    def test_f4_cannot_be_ordered_by_anything_else(self, client, admin, ordering):
        assert client.get(PEOPLE, {"ordering": ordering}).status_code == 200

    def test_f3_names_are_escaped(self, client, admin):
        StudentFactory(first_name="<script>alert(1)</script>")
        assert "<script>alert(1)" not in client.get(PEOPLE).content.decode()

    def test_the_number_of_queries_does_not_grow(
        self, client, admin, django_assert_max_num_queries, django_assert_num_queries
    ):
        StudentFactory.create_batch(3)
        client.get(PEOPLE)
        with django_assert_max_num_queries(30) as few:
            client.get(PEOPLE)
        StudentFactory.create_batch(15)
        with django_assert_num_queries(len(few)):
            client.get(PEOPLE)

    def test_the_menu_leads_to_people_and_not_to_groups(self, client, superuser):
        page = client.get("/admin/").content.decode()
        assert '"url": "/admin/users/"' in page
        assert "/admin/groups/" not in page


class TestAdd:
    def test_adds_a_teacher_who_can_sign_in(self, client, admin):
        client.post(f"{PEOPLE}new/", FORM)
        person = User.objects.get(username="meera")
        assert (person.role, person.time_zone) == (Role.TEACHER, "Asia/Kolkata")
        assert [group.name for group in person.groups.all()] == ["Teachers"]
        response = Client().post("/accounts/login/", {"login": "meera", "password": PASSWORD})
        assert response.url == "/dashboard/"
        assert AuditEvent.objects.about(person).get().actor == admin

    @pytest.mark.parametrize(
        ("field", "value", "beside"),
        [
            ("username", "Admin", "username"),
            ("username", "a@b", "username"),
            ("email", "ADMIN@example.org", "email"),
            ("email", "second@example.org", "email"),
            ("email", "x", "email"),
            ("role", "owner", "role"),
            ("time_zone", "Mars/Olympus", "time_zone"),
            ("password1", "", "password1"),
            ("password2", "different", "password2"),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field(self, client, admin, field, value, beside):
        EmailAddress.objects.create(user=admin, email="second@example.org", verified=True)
        response = client.post(f"{PEOPLE}new/", {**FORM, field: value})
        assert response.status_code == 200
        assert beside in response.context["form"].errors
        assert "__all__" not in response.context["form"].errors
        assert User.objects.count() == 1

    def test_a_password_that_is_too_easy_is_refused(self, client, admin):
        form = {**FORM, "password1": "12345678", "password2": "12345678"}
        response = client.post(f"{PEOPLE}new/", form)
        assert "password1" in response.context["form"].errors

    def test_rights_are_not_given_by_hand(self, client, admin):
        group = Group.objects.get(name="Administrators")
        client.post(f"{PEOPLE}new/", {**FORM, "is_superuser": "on", "groups": [group.pk]})
        person = User.objects.get(username="meera")
        assert not person.is_superuser
        assert group not in person.groups.all()


class TestEdit:
    def edit(self, client, person, **changes):
        form = {
            **{name: getattr(person, name) for name in FORM if hasattr(person, name)},
            **changes,
        }
        return client.post(f"{PEOPLE}edit/{person.pk}/", form)

    def test_changes_role_name_and_address(self, client, admin):
        person = StudentFactory()
        response = self.edit(client, person, role="teacher", email="new@example.org")
        assert response.url == PEOPLE
        person = User.objects.get(pk=person.pk)
        assert (person.role, person.email) == (Role.TEACHER, "new@example.org")
        assert [group.name for group in person.groups.all()] == ["Teachers"]
        assert EmailAddress.objects.get(user=person).email == "new@example.org"

    def test_an_empty_password_keeps_it(self, client, admin):
        person = StudentFactory()
        self.edit(client, person, first_name="New")
        assert User.objects.get(pk=person.pk).check_password(PASSWORD)

    def test_a_new_password_ends_the_sessions(self, client, admin):
        person, other = StudentFactory(), Client()
        other.force_login(person)
        new = "another long pass phrase"
        self.edit(client, person, password1=new, password2=new)
        assert other.get("/accounts/profile/").status_code == 302

    def test_ones_own_password_keeps_ones_session(self, client, admin):
        new = "another long pass phrase"
        self.edit(client, admin, password1=new, password2=new)
        assert client.get(PEOPLE).status_code == 200

    def test_ones_own_role_stays(self, client, admin):
        AdminFactory()
        self.edit(client, admin, role="student")
        assert User.objects.get(pk=admin.pk).role == Role.ADMIN

    def test_a_superuser_stays_an_administrator(self, client, superuser):
        other = SuperuserFactory()
        self.edit(client, other, role="student")
        assert User.objects.get(pk=other.pk).role == Role.ADMIN

    def test_a_role_that_cannot_be_changed_is_said_beside_the_field(
        self, client, admin, monkeypatch
    ):
        """Between the page and its form the other administrators may have gone."""
        other = AdminFactory()
        monkeypatch.setattr("accounts.services.roles.is_last_administrator", lambda user: True)
        response = self.edit(client, other, role="teacher")
        assert "last administrator" in str(response.context["form"].errors["role"])

    def test_b8_an_administrator_cannot_take_over_a_superuser(self, client, admin):
        superuser = SuperuserFactory()
        new = "another long pass phrase"
        response = self.edit(client, superuser, password1=new, password2=new)
        assert response.url == "/admin/"
        assert User.objects.get(pk=superuser.pk).check_password(PASSWORD)

    def test_nobody_there_is_404(self, client, admin):
        assert client.get(f"{PEOPLE}edit/999999/").status_code == 404

    def test_history_shows_who_changed_what(self, client, admin):
        person = StudentFactory()
        self.edit(client, person, first_name="New")
        assert "admin" in client.get(f"{PEOPLE}history/{person.pk}/").content.decode()

    def test_offers_to_deactivate_and_not_to_delete(self, client, admin):
        person = StudentFactory()
        for path in (f"{PEOPLE}edit/{person.pk}/", PEOPLE):
            page = client.get(path).content.decode()
            assert f"/admin/users/deactivate/{person.pk}/" in page
            assert f"/admin/users/delete/{person.pk}/" not in page

    def test_offers_nothing_for_oneself(self, client, admin):
        page = client.get(f"{PEOPLE}edit/{admin.pk}/").content.decode()
        assert "/admin/users/deactivate/" not in page


class TestDeactivate:
    def test_asks_then_does(self, client, admin):
        person = TeacherFactory()
        path = f"{PEOPLE}deactivate/{person.pk}/"
        assert "signed out at once" in client.get(path).content.decode()
        assert User.objects.get(pk=person.pk).is_active
        assert client.post(path).url == PEOPLE
        assert not User.objects.get(pk=person.pk).is_active

    def test_can_be_taken_back(self, client, admin):
        person = StudentFactory(is_active=False)
        path = f"{PEOPLE}reactivate/{person.pk}/"
        assert client.get(path).status_code == 200
        client.post(path)
        assert User.objects.get(pk=person.pk).is_active

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_k5_delete_by_hand_explains_and_changes_nothing(self, client, superuser, method):
        person = TeacherFactory()
        response = getattr(client, method)(f"{PEOPLE}delete/{person.pk}/")
        assert response.status_code == (200 if method == "get" else 409)
        page = response.content.decode()
        assert "never deleted" in page or "nobody is ever deleted" in page
        assert f'action="/admin/users/deactivate/{person.pk}/"' in page
        assert User.objects.get(pk=person.pk).is_active

    @pytest.mark.parametrize("action", ["delete", "set_active_state"])
    def test_k5_stock_bulk_actions_are_gone(self, client, superuser, action):
        person = TeacherFactory()
        assert client.get(bulk(action, person)).status_code == 404
        assert client.post(bulk(action, person), {"mark_as_active": "False"}).status_code == 404
        assert User.objects.get(pk=person.pk).is_active

    @pytest.mark.parametrize("action", ["deactivate", "delete"])
    def test_not_oneself_and_no_superuser(self, client, admin, action):
        for person in (admin, SuperuserFactory()):
            assert client.post(f"{PEOPLE}{action}/{person.pk}/").url == "/admin/"
            assert User.objects.get(pk=person.pk).is_active
