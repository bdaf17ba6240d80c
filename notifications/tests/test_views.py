"""The list: one's own, twenty a page, safe to repeat."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.tests.factories import StudentFactory
from notifications.kinds import GRADED
from notifications.models import Notification
from notifications.services.notify import Message, notify_user


@pytest.fixture
def signed_in(client, student):
    client.force_login(student)
    return client


def tell(user, number: int = 1, url: str = "/courses/") -> Notification:
    context = {"title": f"<script>{number}</script>", "course": "Plants"}
    notify_user(
        user=user,
        message=Message(kind=GRADED, key=f"g:{user.pk}:{number}", url=url, context=context),
    )
    return Notification.objects.get(user=user, event__key=f"g:{user.pk}:{number}")


def test_anonymous_is_sent_to_sign_in(client, db):
    response = client.get(reverse("notifications"))

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["/notifications/5/read/", "/notifications/read-all/"])
def test_anonymous_who_acts_is_led_to_the_list_after_sign_in(client, db, path):
    assert client.post(path).url == "/accounts/login/?next=/notifications/"


def test_empty_list_says_so_kindly(signed_in):
    response = signed_in.get(reverse("notifications"))

    assert "Nothing yet" in response.content.decode()


def test_list_shows_own_and_escapes_titles(signed_in, student):
    tell(student)
    tell(StudentFactory(), 2)
    html = signed_in.get(reverse("notifications")).content.decode()

    assert "&lt;script&gt;1&lt;/script&gt;" in html
    assert "script&gt;2" not in html


def test_list_holds_twenty_a_page(signed_in, student):
    for number in range(21):
        tell(student, number)
    first = signed_in.get(reverse("notifications"))
    second = signed_in.get(reverse("notifications"), {"page": "2"})

    assert len(first.context["rows"]) == 20
    assert len(second.context["rows"]) == 1


def test_list_takes_the_same_queries_for_2_and_20(signed_in, student):
    counts = []
    for total in (2, 20):
        for number in range(total):
            tell(student, number)
        signed_in.get(reverse("notifications"))
        with CaptureQueriesContext(connection) as queries:
            signed_in.get(reverse("notifications"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_reading_marks_it_and_goes_on_to_the_thing(signed_in, student):
    notification = tell(student)
    for _time in range(2):
        response = signed_in.post(reverse("notification_read", args=[notification.pk]))

    assert response.status_code == 303
    assert response["Location"] == "/courses/"
    notification.refresh_from_db()
    assert notification.read_at is not None


def test_reading_by_script_answers_json(signed_in, student):
    notification = tell(student)
    response = signed_in.post(
        reverse("notification_read", args=[notification.pk]), headers={"Accept": "application/json"}
    )

    assert response.json() == {"read": True, "id": notification.pk}


def test_somebody_elses_does_not_exist_and_stays_unread(signed_in):
    foreign = tell(StudentFactory())
    response = signed_in.post(reverse("notification_read", args=[foreign.pk]))

    assert response.status_code == 404
    foreign.refresh_from_db()
    assert foreign.read_at is None


def test_get_never_marks_as_read(signed_in, student):
    notification = tell(student)

    assert signed_in.get(reverse("notification_read", args=[notification.pk])).status_code == 405
    assert signed_in.get(reverse("notifications_read_all")).status_code == 405
    notification.refresh_from_db()
    assert notification.read_at is None


def test_read_all_leaves_nothing_unread_and_others_alone(signed_in, student):
    tell(student, 1)
    tell(student, 2)
    foreign = tell(StudentFactory())
    response = signed_in.post(reverse("notifications_read_all"))

    assert response.status_code == 303
    assert not Notification.objects.filter(user=student, read_at__isnull=True).exists()
    foreign.refresh_from_db()
    assert foreign.read_at is None


def test_bell_shows_how_many_are_unread(signed_in, student):
    tell(student)
    html = signed_in.get(reverse("notifications")).content.decode()

    assert "1 unread" in html


def test_titles_in_a_sentence_stand_in_their_own_direction(signed_in, student):
    tell(student)
    html = signed_in.get(reverse("notifications")).content.decode()

    assert (
        "“<bdi>&lt;script&gt;1&lt;/script&gt;</bdi>” in <bdi>Plants</bdi> has been graded" in html
    )
