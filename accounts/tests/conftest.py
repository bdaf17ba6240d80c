import pytest
from django.core.cache import caches
from django.test import Client

from accounts.models import User
from accounts.tests.factories import AdminFactory, SuperuserFactory


@pytest.fixture(autouse=True)
def fresh_counters(request: pytest.FixtureRequest) -> None:
    """Sign-in limits live in the database cache: no test starts with another's failures."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        caches["default"].clear()


@pytest.fixture
def admin(client: Client) -> User:
    """An administrator who is signed in."""
    admin = AdminFactory.create(username="admin", email="admin@example.org")
    client.force_login(admin)
    return admin


@pytest.fixture
def superuser(client: Client) -> User:
    """A superuser who is signed in."""
    superuser = SuperuserFactory.create(username="root")
    client.force_login(superuser)
    return superuser
