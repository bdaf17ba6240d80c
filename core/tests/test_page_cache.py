"""Versioned values: the process is asked first, one builds for many, no Redis is no error."""

import time

import pytest
from django.conf import settings
from django.core.cache import caches
from django_redis.cache import RedisCache

from core import page_cache
from core.page_cache import ProcessCache, get_or_build, process_cache
from core.tests.races import at_once
from core.tests.servers import free_port


class Builder:
    """Builds "value of <key>" and remembers for what it was called."""

    def __init__(self, seconds: float = 0) -> None:
        self.seconds = seconds
        self.calls: list[list[str]] = []

    def __call__(self, keys: list[str]) -> dict[str, str]:
        self.calls.append(keys)
        time.sleep(self.seconds)
        return {key: f"value of {key}" for key in keys}


def test_value_that_this_process_used_is_found_without_the_shared_cache() -> None:
    builder = Builder()
    get_or_build(["a"], builder)
    caches["pages"].clear()
    assert get_or_build(["a"], builder) == {"a": "value of a"}
    assert builder.calls == [["a"]]


def test_value_that_another_process_stored_is_not_built_again() -> None:
    builder = Builder()
    get_or_build(["a"], builder)
    process_cache.clear()
    assert get_or_build(["a", "b"], builder) == {"a": "value of a", "b": "value of b"}
    assert builder.calls == [["a"], ["b"]]


def test_process_cache_when_full_forgets_what_was_not_used_for_the_longest_time() -> None:
    kept = ProcessCache(2)
    kept.set_many({"a": 1, "b": 2})
    kept.get_many(["a"])
    kept.set_many({"c": 3})
    assert kept.get_many("abc") == {"a": 1, "c": 3}


def test_value_that_many_want_at_once_is_built_once() -> None:
    builder = Builder(seconds=0.1)
    results = at_once(*[lambda: get_or_build(["a"], builder)] * 6)
    assert results == [{"a": "value of a"}] * 6
    assert builder.calls == [["a"]]


def test_value_whose_builder_is_gone_is_built_by_the_one_who_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(page_cache, "WAIT", 0.1)
    caches["pages"].add("a:lock", True, 60)
    assert get_or_build(["a"], Builder()) == {"a": "value of a"}


def test_builder_that_fails_leaves_no_lock() -> None:
    def fail(keys: list[str]) -> dict[str, str]:
        raise LookupError

    with pytest.raises(LookupError):
        get_or_build(["a"], fail)
    assert caches["pages"].get("a:lock") is None


def test_value_when_redis_is_down_is_built_without_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options = {"OPTIONS": settings.REDIS_CACHE["OPTIONS"]}
    down = RedisCache(f"redis://127.0.0.1:{free_port()}/0", options)
    monkeypatch.setattr(page_cache, "caches", {"pages": down})
    start = time.monotonic()
    assert get_or_build(["a"], Builder()) == {"a": "value of a"}
    assert time.monotonic() - start < page_cache.WAIT / 2
    assert down.get_many(["a"]) == {}
