from collections.abc import Callable
from threading import Barrier, Thread
from typing import Protocol, TypeVar

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, connections

T = TypeVar("T")


class Race(Protocol):
    def __call__(self, *functions: Callable[[], T]) -> list[T]: ...


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


@pytest.fixture
def race() -> Race:
    """Calls each function in a thread and connection of its own, all at the same moment."""

    def run(*functions: Callable[[], T]) -> list[T]:
        barrier = Barrier(len(functions))
        results: dict[int, T] = {}

        def call(index: int) -> None:
            try:
                barrier.wait(timeout=10)
                results[index] = functions[index]()
            finally:
                connections.close_all()

        threads = [Thread(target=call, args=[index]) for index in range(len(functions))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        return [results[index] for index in range(len(functions))]

    return run
