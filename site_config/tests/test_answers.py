"""Health, error pages, and what the middleware does with a refusal."""

import pytest
from django.core.exceptions import DisallowedHost
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import server_error

from accounts.tests.factories import StudentFactory
from assessments.tests.factories import make_quiz
from learning.tests.factories import enroll, make_course
from site_config import views

JSON = {"Accept": "application/json"}


@pytest.fixture
def closed_quiz(db: None, client: Client) -> str:
    """The address of a quiz that can't be started; its student is signed in."""
    quiz = make_quiz(make_course(), closes_at="2020-01-01T00:00Z")
    client.force_login(enroll(StudentFactory(), quiz.course).student)
    return reverse("quiz_start", args=[quiz.pk])


def test_process_that_is_up_says_so(client):
    assert client.get("/healthz").content == b"ok"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["10.0.0.7:8000", "localhost", "probe.internal"])
def test_probe_is_answered_whatever_host_it_calls(client, db, settings, path, host):
    settings.ALLOWED_HOSTS = ["academy.example"]

    assert client.get(path, headers={"Host": host}).status_code == 200
    assert client.get("/", headers={"Host": host}).status_code == 400


def test_academy_with_every_migration_is_ready(client, db):
    assert client.get("/readyz").status_code == 200


def test_academy_with_a_pending_migration_is_not_ready(client, db):
    MigrationRecorder.Migration.objects.filter(app="home").delete()
    response = client.get("/readyz")

    assert response.status_code == 503
    assert b"pending" in response.content


def test_academy_without_its_database_is_not_ready(client, db, monkeypatch):
    def refuse(*args: object) -> None:
        raise OperationalError

    monkeypatch.setattr(views, "MigrationExecutor", refuse)
    response = client.get("/readyz")

    assert response.status_code == 503
    assert b"unreachable" in response.content


def test_unknown_address_is_404_in_our_hand(client, db):
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert "Jeevi Academy" in response.content.decode()


def test_unknown_address_while_developing_is_404_in_our_hand(client, db, settings):
    settings.DEBUG = True
    page = client.get("/no/such/page/")

    assert page.status_code == 404
    assert "Jeevi Academy" in page.content.decode()
    assert "urlpatterns" not in page.content.decode()


def test_form_without_a_token_leads_back_to_the_page_it_came_from(db):
    careful = Client(enforce_csrf_checks=True)
    back = "http://testserver/accounts/login/?next=/courses/"
    page = careful.post("/accounts/login/", headers={"Referer": back}).content.decode()
    foreign = careful.post("/accounts/login/", headers={"Referer": "http://elsewhere.example/"})

    assert 'href="http://testserver/accounts/login/?next=/courses/"' in page
    assert "elsewhere.example" not in foreign.content.decode()


def test_unknown_address_by_a_script_of_a_signed_in_student_is_404(client, closed_quiz):
    missing = reverse("quiz_start", args=[999_999])

    assert client.post(missing, headers=JSON).status_code == 404


def test_refusal_is_a_page_with_the_reason(client, closed_quiz):
    response = client.post(closed_quiz)

    assert response.status_code == 409
    assert "closed" in response.content.decode()


def test_refusal_by_script_is_json_with_the_reason(client, closed_quiz):
    response = client.post(closed_quiz, headers=JSON)

    assert response.status_code == 409
    assert "closed" in str(response.json())


def test_form_without_token_is_explained(closed_quiz, client):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    response = strict.post(closed_quiz)

    assert response.status_code == 403
    assert "Jeevi Academy" in response.content.decode()


def test_broken_page_tells_nothing_of_the_inside():
    response = server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert b"Traceback" not in response.content
    assert b"Jeevi Academy" in response.content


def test_foreign_host_is_refused(client, db):
    response = client.get("/", headers={"Host": "evil.example"})

    assert response.status_code == 400
    assert DisallowedHost.__name__ not in response.content.decode()


def test_each_answer_names_its_request(client):
    first, second = client.get("/healthz"), client.get("/healthz")

    assert first["X-Request-Id"] != second["X-Request-Id"]


def test_visitor_reads_in_the_language_of_the_browser(client, db):
    html = client.get("/", headers={"Accept-Language": "ar"}).content.decode()

    assert 'lang="ar"' in html
    assert 'dir="rtl"' in html


def test_visitor_whose_language_has_no_catalogue_reads_english(client, db, settings):
    settings.LANGUAGES = [("en", "English")]
    html = client.get("/", headers={"Accept-Language": "ar"}).content.decode()

    assert 'lang="en"' in html
    assert 'dir="rtl"' not in html


def test_times_are_shown_in_the_zone_of_the_reader(client, db):
    quiz = make_quiz(make_course(), closes_at="2030-01-01T20:00Z")
    student = enroll(StudentFactory(time_zone="Asia/Kolkata"), quiz.course).student
    client.force_login(student)
    html = client.get(reverse("quiz", args=[quiz.pk])).content.decode()

    assert "01:30" in html
