"""Sign-in: one shared limit before hashing, and what happens to sessions."""

import time

import pytest
from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth import hashers
from django.core import mail
from django.test import Client

from accounts.models import Role
from accounts.services.people import deactivate_person, reactivate_person
from accounts.services.roles import set_role
from accounts.services.sign_in import LOCK_JOB, announce_lock, tell_about_lock
from accounts.tests.factories import PASSWORD, AdminFactory, StudentFactory, TeacherFactory
from accounts.tests.test_sign_in_redirects import OTHER_SIGN_INS
from core.jobs import run_due_jobs
from core.models import Job

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
LIMIT = 5  # failures, as the settings say
AT_MOST = 10


@pytest.fixture
def student():
    return StudentFactory(username="asha", email="asha@example.org")


def sign_in(client, login="asha", password=PASSWORD, path=LOGIN, **headers):
    """Django's own form asks for `username`: where it stood, it would be answered too."""
    form = {"login": login, "username": login, "password": password}
    return client.post(path, form, headers=headers)


def is_signed_in(client):
    return client.get("/accounts/profile/").status_code == 200


def assert_never_kept(response):
    assert {"private", "no-store"} <= set(response["Cache-Control"].replace(" ", "").split(","))


def fail_until_locked(logins):
    """Wrong passwords until the first 429; returns how many were let through to the check."""
    for count in range(50):
        response = sign_in(Client(), logins[count % len(logins)], "wrong")
        if response.status_code == 429:
            return count
    raise AssertionError("never locked")


class TestSignIn:
    @pytest.mark.parametrize(
        "login", ["asha", "ASHA", " asha ", "asha@example.org", "Asha@Example.ORG"]
    )
    def test_by_name_or_address_in_any_case(self, client, student, login):
        assert sign_in(client, login).url == "/dashboard/"

    def test_goes_on_to_where_one_wanted_to_go(self, client, student):
        path = f"{LOGIN}?next=/accounts/profile/"
        assert sign_in(client, path=path).url == "/accounts/profile/"

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x"])
    def test_never_goes_on_to_another_host(self, client, student, target):
        assert sign_in(client, path=f"{LOGIN}?next={target}").url == "/dashboard/"

    def test_deactivated_people_are_told_so_and_not_let_in(self, client, student):
        student.is_active = False
        student.save()
        assert sign_in(client).url == "/accounts/inactive/"
        assert not is_signed_in(client)


class TestLimit:
    def test_a1_name_and_address_share_one_counter(self, student):
        assert fail_until_locked(["asha", "asha@example.org"]) == LIMIT

    def test_a1_every_spelling_shares_one_counter(self, student):
        EmailAddress.objects.create(user=student, email="second@example.org", verified=True)
        names = [
            "asha",
            "ASHA",
            " Asha",
            "asha@example.org",
            "ASHA@EXAMPLE.ORG",
            "second@example.org",
        ]
        assert fail_until_locked(names) == LIMIT

    def test_a1_every_path_shares_one_counter(self, student):
        paths = [LOGIN, f"{LOGIN}?next=/admin/", *OTHER_SIGN_INS]
        for path in paths * LIMIT:
            sign_in(Client(), password="wrong", path=path)
        assert sign_in(Client()).status_code == 429
        for path in paths:
            client = Client()
            sign_in(client, path=path)
            assert not is_signed_in(client)

    def test_a1_signed_in_guesses_count_too(self, client, student):
        sign_in(client)
        for _ in range(AT_MOST):
            client.post("/accounts/reauthenticate/", {"password": "wrong"})
        assert sign_in(Client()).status_code == 429

    def test_a1_guesses_at_the_current_password_count_too(self, client, student):
        sign_in(client)
        form = {"oldpassword": "wrong", "password1": "x" * 20, "password2": "x" * 20}
        answers = [client.post("/accounts/password/change/", form) for _ in range(AT_MOST)]
        assert answers[-1].status_code == 429
        assert sign_in(Client()).status_code == 429

    @pytest.mark.parametrize("header", ["x-forwarded-for", "x-real-ip", "forwarded"])
    def test_a1_a_forged_address_changes_nothing(self, student, header):
        for count in range(AT_MOST):
            sign_in(Client(), password="wrong", **{header: f"10.0.0.{count}"})
        assert sign_in(Client(), **{header: "10.9.9.9"}).status_code == 429

    def test_a1_another_host_name_changes_nothing(self, student):
        for host in ["testserver", "localhost", "127.0.0.1"] * 2:
            sign_in(Client(), password="wrong", host=host)
        assert sign_in(Client(), host="localhost").status_code == 429

    def test_a1_when_locked_the_right_password_is_refused_too_on_a_page_of_ours(self, student):
        fail_until_locked(["asha"])
        response = sign_in(Client())
        assert response.status_code == 429
        assert int(response["Retry-After"]) >= 60
        assert "Too many tries" in response.content.decode()
        assert "sessionid" not in response.cookies

    def test_a1_after_the_window_the_student_can_sign_in(self, client, student, monkeypatch):
        fail_until_locked(["asha"])
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 5 * 60 + 1)
        assert sign_in(client).url == "/dashboard/"

    def test_a1_others_can_still_sign_in(self, client, student):
        StudentFactory(username="meera")
        fail_until_locked(["asha"])
        assert sign_in(client, "meera").url == "/dashboard/"

    def test_a1_success_does_not_clear_the_failures(self, student):
        for _ in range(4):
            sign_in(Client(), password="wrong")
            sign_in(Client())
        for _ in range(2):
            sign_in(Client(), password="wrong")
        assert sign_in(Client()).status_code == 429

    def test_a2_beyond_the_limit_nothing_is_hashed(self, student, monkeypatch):
        fail_until_locked(["asha"])
        calls = []
        monkeypatch.setattr(hashers, "verify_password", lambda *args, **kw: calls.append(args))
        monkeypatch.setattr(hashers, "make_password", lambda *args, **kw: calls.append(args))
        assert sign_in(Client()).status_code == 429
        assert calls == []

    def test_a3_a_name_that_nobody_has_is_locked_alike(self, student):
        assert fail_until_locked(["nobody"]) == fail_until_locked(["asha"])

    def test_one_address_cannot_try_many_accounts(self):
        names = [f"student{count}" for count in range(40)]
        assert fail_until_locked(names) <= 30

    @pytest.mark.parametrize("header", ["x-forwarded-for", "x-real-ip", "forwarded"])
    def test_a1_a_forged_address_does_not_open_more_accounts(self, header):
        answers = [
            sign_in(Client(), f"student{count}", "wrong", **{header: f"10.0.0.{count}"})
            for count in range(31)
        ]
        assert answers[-1].status_code == 429

    def test_a_school_with_one_address_can_sign_in(self):
        people = StudentFactory.create_batch(35)
        assert all(sign_in(Client(), person.username).status_code == 302 for person in people)

    def test_a_new_password_by_mail_opens_the_lock(self, client, student):
        fail_until_locked(["asha"])
        client.post("/accounts/password/reset/", {"email": student.email})
        link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
        page = client.get(link.removeprefix("http://testserver"), follow=True)
        new = "another long pass phrase"
        client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
        assert sign_in(Client(), password=new).url == "/dashboard/"


class TestLockIsTold:
    def test_a1_once_by_mail(self, student):
        fail_until_locked(["asha", "asha@example.org"])
        for _ in range(3):
            sign_in(Client(), password="wrong")
        job = Job.objects.get(name=LOCK_JOB)
        assert job.arguments == {"user_id": student.pk}
        run_due_jobs()
        assert [message.to for message in mail.outbox] == [["asha@example.org"]]
        assert "/accounts/password/reset/" in mail.outbox[0].body

    def test_again_within_the_hour_is_the_same_job(self, student):
        assert announce_lock(user=student) == announce_lock(user=student)

    def test_nothing_is_told_where_nobody_has_the_name(self):
        fail_until_locked(["nobody"])
        assert not Job.objects.exists()

    def test_nothing_is_told_when_only_the_address_is_limited(self, student):
        fail_until_locked([f"student{count}" for count in range(40)])
        sign_in(Client(), password="wrong")
        assert not Job.objects.exists()

    def test_deactivated_people_are_not_written_to(self, student):
        student.is_active = False
        student.save()
        tell_about_lock(user_id=student.pk)
        assert mail.outbox == []

    def test_in_the_language_of_the_person(self, student):
        student.language = "hi"
        student.save()
        tell_about_lock(user_id=student.pk)
        assert 'lang="hi"' in mail.outbox[0].alternatives[0].content


class TestSessions:
    def test_a6_the_session_key_changes_at_sign_in(self, client, student):
        client.get(LOGIN)
        session = client.session
        session["before"] = "1"
        session.save()
        client.cookies["sessionid"] = session.session_key
        sign_in(client)
        assert client.cookies["sessionid"].value != session.session_key
        old = Client()
        old.cookies["sessionid"] = session.session_key
        assert not is_signed_in(old)

    def test_a7_after_sign_out_the_old_key_is_worth_nothing(self, client, student):
        sign_in(client)
        key = client.cookies["sessionid"].value
        client.post("/accounts/logout/")
        old = Client()
        old.cookies["sessionid"] = key
        assert not is_signed_in(old)

    def test_a7_a_new_password_ends_the_other_sessions(self, client, student):
        other = Client()
        sign_in(client)
        sign_in(other)
        new = "another long pass phrase"
        form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        assert client.post("/accounts/password/change/", form).status_code == 302
        assert is_signed_in(client)
        assert not is_signed_in(other)
        assert mail.outbox[-1].to == [student.email]

    def test_a7_a_password_set_by_an_administrator_ends_every_session(self, client, student):
        sign_in(client)
        student.set_password("another long pass phrase")
        student.save()
        assert not is_signed_in(client)

    def test_a7_deactivation_ends_sessions_for_good(self, client, student):
        sign_in(client)
        admin = AdminFactory()
        deactivate_person(user=student, by=admin)
        assert not is_signed_in(client)
        reactivate_person(user=student, by=admin)
        assert not is_signed_in(client)

    def test_a7_a_lost_role_ends_its_rights_at_the_next_request(self, client):
        teacher = TeacherFactory(username="tara")
        sign_in(client, "tara")
        assert client.get("/admin/").status_code == 200
        set_role(user=teacher, role=Role.STUDENT, by=AdminFactory())
        assert client.get("/admin/").status_code == 404
        assert is_signed_in(client)

    def test_a7_a_new_address_asks_for_the_password_again(self, client, student):
        sign_in(client)
        form = {"email": "thief@example.org", "action_add": ""}
        response = client.post("/accounts/email/", form)
        assert response.url.startswith("/accounts/reauthenticate/")
        assert not EmailAddress.objects.filter(email="thief@example.org").exists()

    def test_c11_pages_of_people_are_never_kept_by_a_cache(self, client, student):
        sign_in(client)
        response = client.get("/accounts/profile/")
        assert_never_kept(response)
        assert "Cookie" in response["Vary"]

    @pytest.mark.parametrize(
        "path",
        [
            LOGIN,
            "/accounts/signup/",
            "/accounts/password/reset/",
            "/accounts/password/reset/key/{uid}-{key}/",
            "/accounts/password/reset/key/{uid}-set-password/",
            "/accounts/confirm-email/{confirmation}/",
        ],
    )
    def test_c11_a_page_that_sets_a_cookie_is_never_kept_by_a_cache(self, client, student, path):
        address = EmailAddress.objects.create(user=student, email="second@example.org")
        key = EmailAwarePasswordResetTokenGenerator().make_token(student)
        names = {"uid": user_pk_to_url_str(student), "key": key}
        names["confirmation"] = EmailConfirmationHMAC(address).key
        client.get("/accounts/password/reset/key/{uid}-{key}/".format(**names))
        response = client.get(path.format(**names))
        assert response.status_code in {200, 302}
        assert response.cookies
        assert_never_kept(response)

    def test_c11_the_first_page_after_sign_out_is_never_kept_by_a_cache(self, client, student):
        sign_in(client)
        client.post("/accounts/logout/")
        response = client.get("/courses/")
        assert response.cookies
        assert_never_kept(response)
