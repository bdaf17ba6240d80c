"""Two at once, in real transactions."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Role, User
from accounts.services.people import PersonDetails, create_person, deactivate_person
from accounts.services.roles import set_role
from accounts.tests.factories import AdminFactory, StudentFactory
from core.errors import DomainError
from core.tests.races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_administrators_who_demote_each_other_leave_one():
    first, second = AdminFactory(), AdminFactory()
    answers = at_once(
        lambda: set_role(user=second, role=Role.TEACHER, by=first),
        lambda: deactivate_person(user=first, by=second),
    )
    assert User.objects.active().with_role(Role.ADMIN).count() == 1
    assert sum(isinstance(answer, DomainError) for answer in answers) == 1
    assert sum(isinstance(answer, User) for answer in answers) == 1


def test_one_address_makes_one_person():
    def create(name: str) -> Callable[[], User]:
        details = PersonDetails(username=name, email="asha@example.org")
        return lambda: create_person(details=details)

    answers = at_once(*(create(f"asha{count}") for count in range(4)))
    assert User.objects.filter(email="asha@example.org").count() == 1
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict"] * 3 + ["User"]


def test_one_name_taken_by_two_people_at_once_is_the_first_ones():
    def save(path: str, client: Client, form: dict[str, str]) -> Callable[[], int]:
        return lambda: client.post(path, form).status_code

    names = {"username": "asha", "first_name": "A", "last_name": "R"}
    names |= {"language": "en", "time_zone": "UTC"}
    forms = []
    for person in StudentFactory.create_batch(3):
        client = Client()
        client.force_login(person)
        forms.append(save("/accounts/profile/", client, names))
    person, client = StudentFactory(), Client()
    client.force_login(AdminFactory())
    role = {"email": person.email, "role": "student"}
    forms.append(save(f"/admin/users/edit/{person.pk}/", client, names | role))

    answers = at_once(*forms)
    assert User.objects.filter(username="asha").count() == 1
    assert set(answers) <= {200, 302, 303, 409}
    assert sum(answer in {302, 303} for answer in answers) == 1


def test_two_sign_ups_with_one_name_make_one_person_and_no_error():
    def sign_up(count: int) -> Callable[[], int]:
        phrase = "a long enough pass phrase"
        form = {
            "username": "asha",
            "email": f"asha{count}@example.org",
            "password1": phrase,
            "password2": phrase,
        }
        return lambda: Client().post("/accounts/signup/", form).status_code

    answers = at_once(*(sign_up(count) for count in range(4)))
    assert User.objects.count() == 1
    assert set(answers) <= {200, 302, 409}


def test_a1_guesses_at_once_are_counted_one_by_one():
    StudentFactory(username="asha")
    form = {"login": "asha", "password": "wrong"}
    answers = at_once(*[lambda: Client().post("/accounts/login/", form).status_code] * 12)
    assert set(answers) <= {200, 429}
    assert answers.count(200) <= 5
