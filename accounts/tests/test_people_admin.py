"""Wagtail's list of people: for administrators only, nobody is deleted, rights follow from roles."""

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
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

PEOPLE = "/admin/users/"
FORM = {
    "username": "meera",
    "email": "meera@example.org",
    "first_name": "Meera",
    "last_name": "Nair",
    "role": "teacher",
    "language": "en",
    "time_zone": "Asia/Kolkata",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


def bulk(action, *people, everybody=False, **query):
    ids = "&".join(f"id={person.pk}" for person in people) or "id=all"
    rest = "".join(f"&{name}={value}" for name, value in query.items())
    return f"/admin/bulk/accounts/user/{action}/?{ids}{rest}"


@pytest.fixture
def admin(client):
    admin = AdminFactory(username="admin", email="admin@example.org")
    client.force_login(admin)
    return admin


@pytest.fixture
def superuser(client):
    superuser = SuperuserFactory(username="root")
    client.force_login(superuser)
    return superuser


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

    @pytest.mark.parametrize(
        "key", ["name", "username", "email", "role", "is_active", "last_login"]
    )
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


class TestBulk:
    def test_deactivates_whoever_is_ticked(self, client, admin):
        ticked, other = StudentFactory.create_batch(2), StudentFactory()
        assert ticked[0].display_name in client.get(bulk("deactivate", *ticked)).content.decode()
        client.post(bulk("deactivate", *ticked, next=PEOPLE))
        active = set(User.objects.active())
        assert not active & set(ticked)
        assert other in active

    def test_reactivates(self, client, admin):
        people = StudentFactory.create_batch(2, is_active=False)
        client.post(bulk("reactivate", *people))
        assert set(people) <= set(User.objects.active())

    def test_assigns_a_role_through_the_service(self, client, admin):
        people = StudentFactory.create_batch(2)
        client.post(bulk("assign_role", *people), {"role": "teacher"})
        for person in people:
            assert User.objects.get(pk=person.pk).role == Role.TEACHER
            assert [group.name for group in person.groups.all()] == ["Teachers"]
            assert AuditEvent.objects.about(person).get().actor == admin

    @pytest.mark.parametrize("role", ["", "owner", "1"])
    def test_refuses_roles_that_do_not_exist(self, client, admin, role):
        person = StudentFactory()
        assert client.post(bulk("assign_role", person), {"role": role}).status_code == 200
        assert User.objects.get(pk=person.pk).role == Role.STUDENT

    def test_all_means_all_that_the_filters_show(self, client, admin):
        student = StudentFactory(first_name="Meera")
        others = [TeacherFactory(first_name="Meera"), StudentFactory(), AdminFactory()]
        client.post(bulk("deactivate", role="student", q="meera"))
        assert not User.objects.get(pk=student.pk).is_active
        assert set(others) <= set(User.objects.active())

    def test_leaves_out_oneself_and_superusers(self, client, admin):
        superuser, person = SuperuserFactory(), StudentFactory()
        page = client.get(bulk("deactivate", admin, superuser, person)).content.decode()
        assert "so they stay as they are" in page
        client.post(bulk("deactivate", admin, superuser, person))
        assert set(User.objects.active()) == {admin, superuser}

    def test_says_so_when_nobody_of_them_can_be_changed(self, client, admin):
        response = client.get(bulk("assign_role", admin))
        assert response.status_code == 200
        assert "so they stay as they are" in response.content.decode()

    def test_too_many_at_once_are_refused(self, client, admin, monkeypatch):
        monkeypatch.setattr("accounts.bulk_actions.AT_ONCE", 2)
        StudentFactory.create_batch(3)
        assert client.post(bulk("deactivate")).status_code == 400
        assert User.objects.active().count() == 4

    @pytest.mark.parametrize("ids", ["id=abc", "id=", "id=" + "9" * 30, "id=-1", ""])
    def test_ids_that_are_none_are_404(self, client, admin, ids):
        assert client.get(f"/admin/bulk/accounts/user/deactivate/?{ids}").status_code == 404


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
