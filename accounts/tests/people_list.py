"""The list of people, as tests ask for it."""

from accounts.tests.factories import PASSWORD

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


def bulk(action, *people, **query):
    """The address of a bulk action; without people: all that the query shows."""
    ids = "&".join(f"id={person.pk}" for person in people) or "id=all"
    rest = "".join(f"&{name}={value}" for name, value in query.items())
    return f"/admin/bulk/accounts/user/{action}/?{ids}{rest}"
