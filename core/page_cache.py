"""Values that never change under their key: kept in this process, then in the cache "pages".

A key names the version of what it holds, so a value is never wrong, only no longer asked for. The
settings add the release to every key: a value that older code stored is not read.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from threading import Lock
from typing import Any

from django.core.cache import caches

KEPT_FOR = 24 * 60 * 60
"""Seconds in the shared cache. Only frees memory."""
MOST_IN_PROCESS = 256
"""Values. Those that were not used for the longest time go first."""
LOCKED_FOR = 10
"""Seconds after which a builder counts as gone."""
WAIT = 3.0
"""Seconds that others wait for a builder before they build for themselves."""
PAUSE = 0.05

Build = Callable[[list[str]], Mapping[str, Any]]


class ProcessCache:
    """The values used last, bounded, for all threads of one process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[str, Any] = OrderedDict()
        self._lock = Lock()

    def get_many(self, keys: Iterable[str]) -> dict[str, Any]:
        with self._lock:
            found = {key: self._values[key] for key in keys if key in self._values}
            for key in found:
                self._values.move_to_end(key)
        return found

    def set_many(self, values: Mapping[str, Any]) -> None:
        with self._lock:
            self._values.update(values)
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._values.clear()


process_cache = ProcessCache(MOST_IN_PROCESS)


def get_or_build(keys: Collection[str], build: Build) -> dict[str, Any]:
    """The value of each key. What nobody has stored is built, by one process where many want it.

    Values are shared between requests: they must be immutable. A cache that does not answer is no
    error, each process then builds its own.
    """
    found = process_cache.get_many(keys)
    missing = [key for key in keys if key not in found]
    if missing:
        # A copy: after a failure django-redis gives everybody the same empty dictionary.
        stored = dict(caches["pages"].get_many(missing))
        missing = [key for key in missing if key not in stored]
        if missing:
            stored.update(_build_once(missing, build))
        process_cache.set_many(stored)
        found.update(stored)
    return found


def clear() -> None:
    """Forgets everything, here and in the shared cache."""
    process_cache.clear()
    caches["pages"].clear()


def _build_once(keys: list[str], build: Build) -> dict[str, Any]:
    cache = caches["pages"]
    mine = [key for key in keys if cache.add(_lock_of(key), True, LOCKED_FOR)]
    try:
        values = _build_and_store(mine, build) if mine else {}
    finally:
        cache.delete_many([_lock_of(key) for key in mine])
    others = [key for key in keys if key not in values]
    values.update(_wait_for(others))
    left = [key for key in others if key not in values]
    if left:
        values.update(_build_and_store(left, build))
    return values


def _build_and_store(keys: list[str], build: Build) -> dict[str, Any]:
    values = dict(build(keys))
    caches["pages"].set_many(values, KEPT_FOR)
    return values


def _wait_for(keys: list[str]) -> dict[str, Any]:
    """What others finish within the time. Nobody builds, or the cache is down: no waiting."""
    cache = caches["pages"]
    locks, until = [_lock_of(key) for key in keys], time.monotonic() + WAIT
    values: dict[str, Any] = {}
    while len(values) < len(keys) and time.monotonic() < until:
        is_built_elsewhere = bool(cache.get_many(locks))
        values = cache.get_many(keys)
        if len(values) == len(keys) or not is_built_elsewhere:
            break
        time.sleep(PAUSE)
    return values


def _lock_of(key: str) -> str:
    return f"{key}:lock"
