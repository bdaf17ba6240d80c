"""One's own profile, and times in one's own zone."""

from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.template import Context, Template
from django.test import Client
from django.utils import timezone
from wagtail.users.models import UserProfile

from accounts.forms import ProfileForm
from accounts.middleware import BackOfficeMiddleware
from accounts.models import Role, User
from accounts.tests.factories import StudentFactory, TeacherFactory
from accounts.time_zones import grouped_choices, known_zones

pytestmark = pytest.mark.django_db

PROFILE = "/accounts/profile/"
FORM = {
    "first_name": "Meera",
    "last_name": "Nair",
    "username": "meera",
    "language": "en",
    "time_zone": "Asia/Kolkata",
}


@pytest.fixture
def student(client):
    student = StudentFactory(username="asha", email="asha@example.org")
    client.force_login(student)
    return student


def test_anonymous_visitors_sign_in_first(client):
    assert client.get(PROFILE).url == "/accounts/login/?next=/accounts/profile/"


def test_saves_and_says_so(client, student):
    response = client.post(PROFILE, FORM)
    assert (response.status_code, response.url) == (303, PROFILE)
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "Your profile is saved."
    ]
    student.refresh_from_db()
    assert {name: getattr(student, name) for name in FORM} == FORM


def test_asked_by_script_answers_shortly(client, student):
    response = client.post(PROFILE, FORM, headers={"accept": "application/json"})
    assert response.json() == {"saved": True}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("username", "taken"),
        ("username", "TAKEN"),
        ("username", "a@example.org"),
        ("time_zone", "Mars/Olympus"),
        ("language", "tlh"),
        ("first_name", "x" * 151),
        ("first_name", "a\x00b"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(
    client, student, field, value
):
    StudentFactory(username="taken")
    response = client.post(PROFILE, {**FORM, field: value})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert 'value="Nair"' in response.content.decode()
    student.refresh_from_db()
    assert student.username == "asha"


def test_a_name_that_somebody_takes_in_the_same_moment_is_a_conflict(client, student, monkeypatch):
    def take_it_meanwhile(self):
        StudentFactory(username="meera")
        return save(self)

    save = ProfileForm.save
    monkeypatch.setattr(ProfileForm, "save", take_it_meanwhile)
    assert client.post(PROFILE, FORM).status_code == 409
    student.refresh_from_db()
    assert student.username == "asha"


def test_a_language_is_asked_for_only_where_there_are_several(client, student, settings):
    assert '<select name="language"' in client.get(PROFILE).content.decode()
    settings.LANGUAGES = [("en", "English")]
    assert '<input type="hidden" name="language" value="en"' in client.get(PROFILE).content.decode()
    assert client.post(PROFILE, FORM).status_code == 303


def test_the_head_of_a_refused_page_shows_the_stored_name(client, student):
    page = client.post(PROFILE, {**FORM, "username": ""}).content.decode()
    assert f"<strong>{student.display_name}</strong>" in page


@pytest.mark.parametrize(
    "grab",
    [
        {"role": "admin"},
        {"is_staff": "1"},
        {"is_superuser": "1"},
        {"is_active": "0"},
        {"groups": "1"},
        {"email": "other@example.org"},
        {"password": "x"},
        {"session_version": "9"},
    ],
    ids=lambda grab: next(iter(grab)),
)
def test_a4_nobody_gives_themselves_more_than_the_form_asks(client, student, grab):
    client.post(PROFILE, {**FORM, **grab})
    after = User.objects.get(pk=student.pk)
    assert after.first_name == "Meera"
    assert (after.role, after.is_staff, after.is_superuser) == (Role.STUDENT, False, False)
    assert (after.is_active, after.email) == (True, "asha@example.org")
    assert (after.password, after.session_version) == (student.password, 0)
    assert not after.groups.exists()


def test_leads_to_the_pages_of_address_and_password(client, student):
    page = client.get(PROFILE).content.decode()
    assert 'href="/accounts/email/"' in page
    assert 'href="/accounts/password/change/"' in page


def test_other_methods_are_refused(client, student):
    assert client.put(PROFILE).status_code == 405


def test_the_number_of_queries_is_fixed(client, student, django_assert_max_num_queries):
    client.get(PROFILE)
    with django_assert_max_num_queries(8):
        client.get(PROFILE)


class TestTimeZones:
    def test_are_grouped_by_region(self):
        choices = dict(grouped_choices())
        assert choices["UTC"] == "UTC"
        assert ("Asia/Kolkata", "Kolkata") in choices["Asia"]
        assert ("America/Argentina/Buenos_Aires", "Argentina, Buenos Aires") in choices["America"]

    def test_one_in_use_is_listed_whatever_it_is(self):
        assert dict(grouped_choices(also="Etc/GMT+3"))["Etc/GMT+3"] == "Etc, GMT+3"
        assert [name for name, _ in grouped_choices(also="Asia/Kolkata")].count("UTC") == 1

    def test_every_choice_is_known(self):
        for name, entry in grouped_choices():
            zones = [zone for zone, _ in entry] if isinstance(entry, list) else [name]
            assert set(zones) <= known_zones()

    def test_an_unusual_zone_survives_saving(self, client, student):
        User.objects.filter(pk=student.pk).update(time_zone="Etc/GMT+3")
        client.post(PROFILE, {**FORM, "time_zone": "Etc/GMT+3"})
        assert User.objects.get(pk=student.pk).time_zone == "Etc/GMT+3"


class TestZoneOfTheAdministration:
    """The zone of the profile holds there too, though Wagtail keeps one of its own."""

    MOMENT = datetime(2026, 1, 1, 20, 0, tzinfo=UTC)

    def shown(self, zone, **profile):
        teacher = TeacherFactory(time_zone=zone, last_login=None)
        if profile:
            UserProfile.objects.create(user=teacher, **profile)
        client = Client()
        client.force_login(teacher)
        seen = []

        def look(self, request, *args):
            seen.append(request.user)
            return process_view(self, request, *args)

        process_view = BackOfficeMiddleware.process_view
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(BackOfficeMiddleware, "process_view", look)
            assert client.get("/admin/").status_code == 200
        with timezone.override(seen[0].wagtail_userprofile.get_current_time_zone()):
            return Template("{{ moment|date:'Y-m-d H:i' }}").render(
                Context({"moment": self.MOMENT})
            )

    def test_without_a_row_of_wagtail(self):
        assert self.shown("Asia/Kolkata") == "2026-01-02 01:30"

    def test_against_the_row_of_wagtail(self):
        assert self.shown("Asia/Kolkata", current_time_zone="Asia/Tokyo") == "2026-01-02 01:30"
