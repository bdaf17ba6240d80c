"""Redis that takes connections and never answers, and the cache that a table holds."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import pytest
import time_machine
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.utils import timezone
from django_redis.cache import RedisCache
from pytest_django import DjangoAssertNumQueries

from core import caching
from core.caching import BreakerPool, UpsertDatabaseCache
from core.tasks import clear_cache
from core.tests.races import at_once
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


def test_cache_when_redis_is_back_is_asked_again_after_the_pause() -> None:
    with silent_server() as port:
        cache = cache_at(port)
        pool = cache.client.get_client().connection_pool
        assert isinstance(pool, BreakerPool)
        pool.breaker.pause = 0.2
        assert cache.get("a") is None
    with redis_that_hangs_after_one_set(port):
        assert cache.set("a", 1) is None
        time.sleep(0.25)
        assert cache.set("a", 1) is True


# -- The cache in the database ------------------------------------------------------------------
@pytest.fixture
def table(db: None) -> UpsertDatabaseCache:
    cache = caches["default"]
    assert isinstance(cache, UpsertDatabaseCache)
    return cache


def test_database_cache_gives_back_what_it_was_given(table: UpsertDatabaseCache) -> None:
    table.set("a", {"n": [1]}, 60)
    table.set("a", {"n": [2]}, None)
    table.set("gone", 1, 0)
    assert (table.get("a"), table.get("gone"), "a" in table) == ({"n": [2]}, None, True)
    table.set_many({"b": 1, "c": "x"})
    assert table.get_many(["a", "b", "c", "d"]) == {"a": {"n": [2]}, "b": 1, "c": "x"}
    table.delete("a")
    assert table.get("a") is None


def test_database_cache_adds_only_where_nothing_is_in_force(table: UpsertDatabaseCache) -> None:
    assert table.add("a", 1, 60)
    assert not table.add("a", 2, 60)
    assert table.get("a") == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert table.add("a", 3, 60)
        assert table.get("a") == 3


def test_database_cache_touches_only_what_is_in_force(table: UpsertDatabaseCache) -> None:
    table.set("a", 1, 60)
    assert table.touch("a", 600)
    assert not table.touch("b")
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert table.get("a") == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=15)):
        assert not table.touch("a")


@pytest.mark.parametrize("rows", [0, 500])
def test_database_cache_writes_with_one_statement_however_many_rows_there_are(
    table: UpsertDatabaseCache, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO core_cache (cache_key, value, expires) VALUES (%s, '', %s)",
            [(f"{number}", "2100-01-01 00:00:00+00:00") for number in range(rows)],
        )
    for write in (
        lambda: table.set("a", 1, 60),
        lambda: table.set("a", 2, 60),
        lambda: table.add("b", 1, 60),
        lambda: table.touch("a", 60),
    ):
        with django_assert_num_queries(1) as queries:
            write()
        assert "COUNT" not in queries.captured_queries[0]["sql"]


def test_clear_cache_removes_only_what_has_expired(table: UpsertDatabaseCache) -> None:
    table.set("old", 1, 60)
    table.set("new", 2, 600)
    table.set("ever", 3, None)
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        clear_cache()
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM core_cache ORDER BY cache_key")
        assert [key.rpartition(":")[2] for (key,) in cursor.fetchall()] == ["ever", "new"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_database_cache_when_many_add_at_once_takes_one() -> None:
    assert sorted(at_once(*[lambda: caches["default"].add("a", 1, 60)] * 6)) == [False] * 5 + [True]


@pytest.mark.django_db
def test_where_the_sites_begin_is_read_once_and_anew_after_a_change(
    table: UpsertDatabaseCache,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(caching, "KEPT_SECONDS", 5.0)
    key = "wagtail_site_root_paths"
    table.set(key, ["/old/"], 60)
    assert table.get(key) == ["/old/"]
    with django_assert_num_queries(0):
        assert table.get(key) == ["/old/"]
    table.set(key, ["/new/"], 60)
    assert table.get(key) == ["/new/"]
    table.delete(key)
    assert table.get(key, "none") == "none"


@pytest.mark.django_db
def test_what_is_kept_in_the_process_is_read_again_after_some_seconds(
    table: UpsertDatabaseCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "KEPT_SECONDS", 5.0)
    key = "wagtail_site_root_paths"
    table.set(key, ["/old/"], 60)
    table.get(key)
    table._upsert(key, ["/by another process/"], 60, None)
    assert table.get(key) == ["/old/"]
    later = time.monotonic() + 5.0
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert table.get(key) == ["/by another process/"]
