"""Fixtures of the learning tests."""

from collections.abc import Callable, Iterator
from copy import deepcopy

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from core.tests.module_data import made_once
from learning.tests.cms_world import CmsWorld, build_world


@pytest.fixture(scope="module")
def built_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[CmsWorld]:
    with made_once(django_db_blocker, build_world) as world:
        yield world


@pytest.fixture
def world(built_world: CmsWorld, db: None) -> CmsWorld:
    """Two teachers with a course each, and an administrator."""
    return deepcopy(built_world)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A client in which somebody is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
