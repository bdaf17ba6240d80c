import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection


def database_url() -> str:
    """Where other processes find the database of this test."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    login = f"{database['USER']}:{database['PASSWORD']}".rstrip(":")
    host = f"{database['HOST']}:{database['PORT'] or 5432}"
    return f"postgres://{login}@{host}/{database['NAME']}"


@pytest.fixture
def person() -> AbstractBaseUser:
    return get_user_model().objects.create_user(username="asha", email="asha@example.org")
