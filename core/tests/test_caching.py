"""Redis that takes connections and never answers: what it costs, and how it ends."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from django.conf import settings
from django_redis.cache import RedisCache

from core.caching import PatientPool
from core.tests.servers import silent_server


def cache_at(port: int) -> RedisCache:
    """A cache with the options of the academy."""
    return RedisCache(f"redis://127.0.0.1:{port}/0", {"OPTIONS": settings.REDIS_CACHE["OPTIONS"]})


@contextmanager
def redis_that_hangs_after_one_set(port: int = 0) -> Iterator[int]:
    """Greets one connection, says OK to what it gets up to the first `SET`, and nothing after."""
    with socket.create_server(("127.0.0.1", port)) as server:
        server.settimeout(5)

        def serve() -> None:
            connection, _address = server.accept()
            connections.append(connection)
            connection.settimeout(5)
            commands = b""
            while b"\r\nSET\r\n" not in commands:
                commands = connection.recv(65536)
                greeting = b"%1\r\n+proto\r\n:3\r\n" if b"HELLO" in commands else b"+OK\r\n"
                connection.sendall(greeting + b"+OK\r\n" * (commands.count(b"*") - 1))

        connections: list[socket.socket] = []
        thread = Thread(target=serve)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            thread.join()
        for connection in connections:
            connection.close()


def look_everything_up(cache: RedisCache) -> list[object]:
    """What a page asks of its caches, as misses."""
    cache.set("a", 1)
    cache.set_many({"a": 1, "b": 2})
    cache.delete("a")
    cache.delete_many(["a", "b"])
    found = [cache.get("a"), cache.get("b", "nothing"), cache.get_many(["a", "b"])]
    return [*found, cache.get_or_set("c", lambda: 3)]


def test_cache_when_redis_hangs_answers_misses_and_costs_one_time_out() -> None:
    with silent_server() as port:
        begin = time.monotonic()
        found = [look_everything_up(cache_at(port)) for _cache in range(3)]
    assert found == [[None, "nothing", {}, 3]] * 3
    assert time.monotonic() - begin < 2


def test_cache_when_a_connection_in_use_hangs_costs_two_time_outs() -> None:
    with redis_that_hangs_after_one_set() as port:
        cache = cache_at(port)
        assert cache.set("a", 1) is True
        begin = time.monotonic()
        for _page in range(3):
            look_everything_up(cache)
    assert time.monotonic() - begin < 3


def test_cache_when_redis_is_back_is_asked_again_after_the_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(PatientPool, "pause", 0.2)
    with silent_server() as port:
        cache = cache_at(port)
        assert cache.get("a") is None
    with redis_that_hangs_after_one_set(port):
        assert cache.set("a", 1) is None
        time.sleep(0.25)
        assert cache.set("a", 1) is True
