"""Fixtures of the learning tests."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from learning.tests.cms_world import CmsWorld, build_world


@pytest.fixture
def world(db: None) -> CmsWorld:
    """Two teachers with a course each, and an administrator."""
    return build_world()


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A client in which somebody is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
