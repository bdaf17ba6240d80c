"""One sign-in page: every other one redirects to it."""

from urllib.parse import quote

import pytest
from django.test import Client
from wagtail.models import Collection, CollectionViewRestriction

from accounts.models import User
from accounts.tests.factories import (
    AdminFactory,
    StudentFactory,
    SuperuserFactory,
    TeacherFactory,
)

pytestmark = pytest.mark.django_db

OTHER_SIGN_INS = {
    "/admin/login/": "/admin/",
    "/django-admin/login/": "/django-admin/",
    "/_util/login/": "/dashboard/",
}
FOREIGN = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "http:evil.example",
    "/admin/\r\nSet-Cookie: a=b",
]


def signed_in(factory):
    client = Client()
    client.force_login(factory())
    return client


@pytest.mark.parametrize("path", OTHER_SIGN_INS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_other_sign_in_pages_redirect_to_the_one(client, path, method):
    response = getattr(client, method)(path)
    assert response.status_code == 302
    assert response.url == f"/accounts/login/?next={quote(OTHER_SIGN_INS[path], safe='')}"


@pytest.mark.parametrize("path", OTHER_SIGN_INS)
def test_where_one_wanted_to_go_is_kept(client, path):
    response = client.get(path, {"next": "/admin/pages/3/"})
    assert response.url == "/accounts/login/?next=%2Fadmin%2Fpages%2F3%2F"


@pytest.mark.parametrize("path", OTHER_SIGN_INS)
@pytest.mark.parametrize("target", FOREIGN)
def test_a9_no_sign_in_redirect_leads_to_another_host(path, target):
    anonymous = Client().get(path, {"next": target}).url
    assert "evil" not in anonymous
    assert "Set-Cookie" not in anonymous or "%" in anonymous
    inside = signed_in(SuperuserFactory).get(path, {"next": target}).url
    assert "evil" not in inside


@pytest.mark.parametrize("path", ["/admin/", "/admin/pages/", "/admin/users/", "/django-admin/"])
def test_anonymous_visitors_sign_in_first(client, path):
    response = client.get(path, follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=")


@pytest.mark.parametrize(
    ("factory", "path"),
    [
        (StudentFactory, "/admin/"),
        (StudentFactory, "/admin/login/"),
        (StudentFactory, "/admin/pages/"),
        (StudentFactory, "/admin/users/"),
        (StudentFactory, "/admin/account/"),
        (StudentFactory, "/django-admin/"),
        (StudentFactory, "/django-admin/login/"),
        (TeacherFactory, "/django-admin/"),
        (TeacherFactory, "/django-admin/accounts/user/"),
        (AdminFactory, "/django-admin/"),
        (AdminFactory, "/django-admin/login/"),
    ],
)
def test_signed_in_without_the_right_there_is_nothing_and_no_loop(factory, path):
    assert signed_in(factory).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/admin/", "/django-admin/"])
def test_a_student_who_signs_in_on_the_way_to_the_administration_is_in_no_loop(path):
    client = signed_in(StudentFactory)
    response = client.get("/accounts/login/", {"next": path}, follow=True)
    assert response.status_code == 404
    assert len(response.redirect_chain) == 1


@pytest.mark.parametrize(
    ("factory", "path"),
    [
        (TeacherFactory, "/admin/login/"),
        (AdminFactory, "/admin/login/"),
        (SuperuserFactory, "/admin/login/"),
        (SuperuserFactory, "/django-admin/login/"),
    ],
)
def test_signed_in_with_the_right_one_is_let_through(factory, path):
    response = signed_in(factory).get(path, follow=True)
    assert response.status_code == 200
    assert response.request["PATH_INFO"] == OTHER_SIGN_INS[path]


def test_signed_in_at_the_sign_in_of_pages_one_goes_on_to_the_page():
    response = signed_in(StudentFactory).get("/_util/login/", {"next": "/courses/"})
    assert (response.status_code, response.url) == (302, "/courses/")


@pytest.mark.parametrize("path", ["/admin/logout/", "/django-admin/logout/", "/accounts/logout/"])
def test_sign_out_asks_on_get_and_ends_on_post(path):
    client = signed_in(SuperuserFactory)
    client.get(path)
    assert "_auth_user_id" in client.session
    client.post(path)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path",
    [
        "/admin/password_reset/",
        "/admin/password_reset/confirm/MQ/set-password/",
        "/admin/users/1/change_password/",
        "/django-admin/password_reset/",
        "/accounts/social/connections/",
        "/accounts/google/login/",
    ],
)
def test_no_other_way_to_a_password_is_mounted(path):
    assert signed_in(SuperuserFactory).get(path).status_code == 404


def test_files_get_no_password_that_all_readers_share():
    """It could be guessed without end."""
    client = signed_in(SuperuserFactory)
    folder = Collection.get_first_root_node().add_child(name="Sheets")
    path = f"/admin/collections/{folder.pk}/privacy/"
    choices = client.get(path).json()["html"]
    assert 'value="login"' in choices
    assert 'value="password"' not in choices
    client.post(path, {"restriction_type": "password", "password": "open"})
    assert not CollectionViewRestriction.objects.exists()


def test_django_admin_changes_passwords_in_the_one_place():
    response = signed_in(SuperuserFactory).get("/django-admin/password_change/")
    assert response.url == "/accounts/password/change/"


def test_the_accounts_page_of_the_administration_keeps_only_what_is_its_own():
    teacher = TeacherFactory()
    client = Client()
    client.force_login(teacher)
    page = client.get("/admin/account/").content.decode()
    for field in ("name_email-", "avatar-", "locale-", "password-"):
        assert f'name="{field}' not in page
    assert 'name="theme-theme"' in page
    response = client.post(
        "/admin/account/",
        {
            "name_email-first_name": "Changed",
            "locale-current_time_zone": "Asia/Tokyo",
            "notifications-submitted_notifications": "on",
            "theme-theme": "dark",
            "theme-contrast": "system",
            "theme-density": "default",
        },
    )
    assert response.status_code == 302
    teacher = User.objects.get(pk=teacher.pk)
    assert teacher.first_name != "Changed"
    assert teacher.wagtail_userprofile.theme == "dark"
    assert teacher.wagtail_userprofile.current_time_zone == ""


class TestDjangoAdmin:
    @pytest.fixture
    def superuser(self):
        return signed_in(SuperuserFactory)

    def test_shows_people_with_their_addresses(self, superuser):
        person = StudentFactory(email="asha@example.org")
        page = superuser.get(f"/django-admin/accounts/user/{person.pk}/change/").content.decode()
        assert "asha@example.org" in page
        assert superuser.get("/django-admin/accounts/user/?q=asha").status_code == 200

    def test_does_not_change_rights_past_the_services(self, superuser):
        person = StudentFactory()
        superuser.post(
            f"/django-admin/accounts/user/{person.pk}/change/",
            {
                "first_name": "New",
                "last_name": "",
                "language": "en",
                "time_zone": "UTC",
                "role": "admin",
                "is_superuser": "on",
                "is_active": "",
                "groups": ["1"],
                "emailaddress_set-TOTAL_FORMS": "0",
                "emailaddress_set-INITIAL_FORMS": "0",
            },
        )
        person.refresh_from_db()
        assert (person.first_name, person.role) == ("New", "student")
        assert (person.is_superuser, person.is_active) == (False, True)
        assert not person.groups.exists()

    @pytest.mark.parametrize("path", ["add/", "1/delete/"])
    def test_neither_adds_nor_deletes_people(self, superuser, path):
        response = superuser.post(f"/django-admin/accounts/user/{path}", {"post": "yes"})
        assert response.status_code in {302, 403}
        assert User.objects.count() == 1

    def test_sets_no_passwords_but_leads_to_where_people_are_changed(self, superuser):
        person = StudentFactory()
        form = {"usable_password": "true", "password1": "x" * 20, "password2": "x" * 20}
        response = superuser.post(f"/django-admin/accounts/user/{person.pk}/password/", form)
        assert response.url == f"/admin/users/edit/{person.pk}/"
        assert User.objects.get(pk=person.pk).password == person.password

    def test_groups_are_not_edited(self, superuser):
        assert superuser.get("/django-admin/auth/group/").status_code == 404


class TestContentPolicy:
    """H2: scripts in the page are allowed to Wagtail's own screens and to nothing else."""

    def test_h2_the_administration_runs_its_scripts(self):
        policy = signed_in(TeacherFactory).get("/admin/")["Content-Security-Policy"]
        assert "script-src 'self' 'unsafe-inline'" in policy

    @pytest.mark.parametrize("path", ["/accounts/profile/", "/accounts/email/", "/admin/none/"])
    def test_h2_other_pages_stay_strict(self, path):
        response = signed_in(StudentFactory).get(path)
        assert "'unsafe-inline'" not in response["Content-Security-Policy"]

    def test_h2_sign_in_stays_strict(self, client):
        response = client.get("/accounts/login/", {"next": "/admin/"})
        assert "'unsafe-inline'" not in response["Content-Security-Policy"]
