"""Sign-up: always a student, whatever is posted."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import caches
from django.db import IntegrityError
from django.utils import timezone

from accounts.adapter import AccountAdapter
from accounts.models import Role, User
from accounts.selectors import find_account
from accounts.tests.factories import PASSWORD, AdminFactory, StudentFactory
from core.jobs import run_due_jobs
from core.models import AuditEvent

pytestmark = pytest.mark.django_db

SIGN_UP = "/accounts/signup/"
FORM = {
    "username": "asha",
    "email": "asha@example.org",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


FULLWIDTH = "\uff41\uff53\uff48\uff41"  # "asha" in another spelling of Unicode


def sign_up(client, **changes):
    return client.post(SIGN_UP, {**FORM, **changes})


def errors(response):
    return response.context["form"].errors


GRABS = [
    {"role": "admin"},
    {"role": "teacher"},
    {"is_staff": "on"},
    {"is_superuser": "true"},
    {"is_active": "0"},
    {"groups": "1"},
    {"user_permissions": ["1", "2"]},
    {"session_version": "7"},
    {"date_joined": "2001-01-01"},
    {"id": "1"},
    {"role": "admin", "is_staff": "1", "is_superuser": "1", "groups": ["1", "2"]},
]


@pytest.mark.parametrize("grab", GRABS, ids=",".join)
def test_a4_sign_up_makes_a_student_whatever_is_posted(client, grab):
    admin = AdminFactory()
    response = sign_up(client, **grab)
    assert response.url == "/accounts/confirm-email/"
    user = User.objects.get(username="asha")
    assert (user.role, user.is_staff, user.is_superuser) == (Role.STUDENT, False, False)
    assert user.is_active
    assert user.pk != admin.pk
    assert user.session_version == 0
    assert user.date_joined.year > 2001
    assert not user.groups.exists()
    assert not user.user_permissions.exists()


def test_a4_what_was_grabbed_for_is_recorded(client):
    sign_up(client, role="admin", is_staff="1")
    event = AuditEvent.objects.get(verb="accounts.signed_up")
    assert event.data == {"ignored": ["is_staff", "role"]}


def test_who_joins_for_a_course_comes_back_to_it_after_confirming(client):
    sign_up(client, next="/courses/how-plants-live/")
    link = re.search(r"http://testserver(\S+confirm-email\S+)", mail.outbox[0].body)[1]

    answer = client.post(link)
    assert answer.url == "/accounts/login/?next=%2Fcourses%2Fhow-plants-live%2F"
    signed_in = client.post(answer.url, {"login": "asha", "password": PASSWORD})
    assert signed_in.url == "/courses/how-plants-live/"


def test_who_joins_for_a_page_of_somebody_else_comes_to_the_sign_in(client):
    sign_up(client, next="https://elsewhere.example/")
    link = re.search(r"http://testserver(\S+confirm-email\S+)", mail.outbox[0].body)[1]

    assert client.post(link).url == "/accounts/login/"


def test_sign_up_asks_to_confirm_the_address_before_the_first_sign_in(client):
    sign_up(client)
    assert client.post("/accounts/login/", {"login": "asha", "password": PASSWORD}).url == (
        "/accounts/confirm-email/"
    )
    link = re.search(r"http://testserver(\S+confirm-email\S+)", mail.outbox[0].body)[1]
    client.post(link)
    response = client.post("/accounts/login/", {"login": "asha", "password": PASSWORD})
    assert response.url == "/dashboard/"


@pytest.mark.parametrize("name", ["asha@example.org", "asha@", "@asha", "a sha", "asha/rao", ""])
def test_a_user_name_never_looks_like_an_address(client, name):
    response = sign_up(client, username=name)
    assert "username" in errors(response)
    assert not User.objects.exists()


def test_a_user_name_taken_in_another_case_is_refused_beside_the_field(client):
    StudentFactory(username="asha")
    response = sign_up(client, username="ASHA")
    assert errors(response)["username"] == ["Somebody has this user name already."]


def test_a_user_name_is_stored_in_one_spelling_and_can_be_saved_again(client):
    sign_up(client, username=FULLWIDTH)
    person = User.objects.get()
    assert person.username == "asha"
    client.force_login(person)
    form = {"username": "asha", "language": "en", "time_zone": "UTC"}
    assert client.post("/accounts/profile/", form).status_code == 303


@pytest.mark.parametrize(
    ("name", "why"), [(FULLWIDTH, "already"), ("ﷺ", "only"), ("ﬀ" * 76, "at most 150")]
)
def test_a_user_name_is_checked_in_the_spelling_in_which_it_is_stored(client, name, why):
    StudentFactory(username="asha")
    assert why in errors(sign_up(client, username=name))["username"][0]


def test_a3_a_taken_address_answers_like_a_free_one_and_tells_its_owner(client, client_class):
    StudentFactory(email="taken@example.org")
    taken = sign_up(client, email="Taken@Example.org")
    free = sign_up(client_class(), email="free@example.org")
    assert (taken.status_code, taken.url) == (free.status_code, free.url)
    assert User.objects.filter(email__iexact="taken@example.org").count() == 1
    assert {tuple(message.to) for message in mail.outbox} == {
        ("taken@example.org",),
        ("free@example.org",),
    }


@pytest.fixture
def client_class(client):
    return type(client)


def test_the_zone_of_the_device_is_taken(client):
    sign_up(client, time_zone="Asia/Kolkata")
    assert User.objects.get().time_zone == "Asia/Kolkata"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "x" * 10_000])
def test_a_zone_that_does_not_exist_keeps_nobody_out(client, zone):
    sign_up(client, time_zone=zone)
    assert User.objects.get().time_zone == "UTC"


def test_the_language_of_the_browser_is_taken(client):
    client.post(SIGN_UP, FORM, headers={"accept-language": "hi"})
    assert User.objects.get().language == "hi"


def test_a_language_without_a_catalogue_is_not_taken(client, settings):
    settings.LANGUAGES = [("en", "English")]
    client.post(SIGN_UP, FORM, headers={"accept-language": "hi"})
    assert User.objects.get().language == "en"


def test_sign_up_can_be_closed(client, settings):
    settings.ACCOUNT_SIGNUP_OPEN = False
    assert sign_up(client).status_code == 200
    assert not User.objects.exists()


def test_a_name_taken_in_the_same_moment_is_a_conflict_and_leaves_nothing(client, monkeypatch):
    def take_it_meanwhile(self, request, user, form, commit=True):
        StudentFactory(username="asha", email="other@example.org")
        return save_user(self, request, user, form, commit)

    save_user = AccountAdapter.save_user
    monkeypatch.setattr(AccountAdapter, "save_user", take_it_meanwhile)
    assert sign_up(client).status_code == 409
    assert not User.objects.filter(email="asha@example.org").exists()
    assert not EmailAddress.objects.filter(email="asha@example.org").exists()


def test_a_mail_server_that_is_down_ends_no_sign_up_and_loses_no_mail(client, settings):
    settings.EMAIL_BACKEND = "core.mail.JobEmailBackend"
    up = settings.MAIL_SERVER_BACKEND
    settings.MAIL_SERVER_BACKEND = "accounts.tests.mail.BrokenBackend"
    assert sign_up(client).url == "/accounts/confirm-email/"
    run_due_jobs()
    assert mail.outbox == []

    settings.MAIL_SERVER_BACKEND = up
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        run_due_jobs()
    link = re.search(r"http://testserver(\S+confirm-email\S+)", mail.outbox[0].body)[1]
    assert client.post(link).status_code == 302


def test_the_form_carries_the_field_that_the_script_fills(client):
    page = client.get(SIGN_UP).content.decode()
    assert 'type="hidden" name="time_zone"' in page
    assert "js/time-zone.js" in page


def test_addresses_are_unique_in_the_database_whatever_the_case(db):
    StudentFactory(email="asha@example.org")
    with pytest.raises(IntegrityError):
        User.objects.bulk_create([User(username="other", email="ASHA@example.org")])


def test_the_main_address_is_never_removed(client):
    person = StudentFactory(email="only@example.org")
    client.force_login(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"email": "only@example.org", "action_remove": ""})
    person.refresh_from_db()
    assert person.email == "only@example.org"
    assert EmailAddress.objects.get(user=person).primary


class TestAddressThatSomebodyElseClaimed:
    """Whoever signs up with an address that isn't theirs can't keep it from its owner."""

    def confirm(self, client):
        link = re.search(r"http://testserver(\S+confirm-email\S+)", mail.outbox[-1].body)[1]
        return client.post(link)

    def add(self, client, email):
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        client.post("/accounts/email/", {"email": email, "action_add": ""})

    def test_goes_to_whoever_confirms_it(self, client, client_class):
        sign_up(client_class(), username="squatter", email="mine@example.org")
        caches["default"].clear()  # one confirmation an address in three minutes
        owner = StudentFactory()
        client.force_login(owner)
        self.add(client, "mine@example.org")
        self.confirm(client)
        response = client.post(
            "/accounts/email/", {"email": "mine@example.org", "action_primary": ""}
        )
        assert response.status_code == 302
        owner.refresh_from_db()
        assert owner.email == "mine@example.org"
        squatter = User.objects.get(username="squatter")
        assert squatter.email.endswith("@example.invalid")
        assert AuditEvent.objects.about(squatter).first().verb == "accounts.address_released"

    def test_stays_with_whoever_confirmed_it_before(self, client):
        StudentFactory(email="theirs@example.org")
        client.force_login(StudentFactory())
        self.add(client, "theirs@example.org")
        self.confirm(client)
        rows = EmailAddress.objects.filter(email="theirs@example.org", verified=True)
        assert [row.user.email for row in rows] == ["theirs@example.org"]
        assert User.objects.get(email="theirs@example.org")

    def test_a_sign_in_by_an_address_counts_for_the_account_it_opens(self, client):
        sign_up(client, username="asha", email="asha@example.org")
        assert find_account("ASHA@example.org") == User.objects.get(username="asha")
        person = StudentFactory()
        EmailAddress.objects.create(user=person, email="second@example.org", verified=False)
        assert find_account("second@example.org") == person
        assert find_account("nobody@example.org") is None


def test_form_speaks_like_the_rest_of_the_academy(client):
    form = client.get(SIGN_UP).context["form"]
    labels = [form.fields[name].label for name in ("email", "username", "password2")]
    assert labels == ["E-mail address", "User name", "Password again"]
    assert "<ul>" not in form.fields["password1"].help_text


def test_mail_leads_to_the_academy(client, settings):
    settings.WAGTAILADMIN_BASE_URL = "https://academy.example"
    sign_up(client)
    html = mail.outbox[0].alternatives[0][0]
    assert 'href="https://academy.example/"' in html
