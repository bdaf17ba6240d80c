"""What the whole suite shares: which parts can run here, and caches that no test inherits."""

import gc
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django_redis.cache import RedisCache
from pytest_django.plugin import DjangoDbBlocker

from core import caching
from core.page_cache import process_cache
from core.tests.index_tasks import indexes_at_once
from core.tests.template_database import create_test_database

# Costs of pages are compared: the first shall not pay for the second.
caching.KEPT_SECONDS = 0.0

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of an installed Chromium, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def parts_left_out() -> dict[str, str]:
    """Each marker whose tests can't run here, with what is missing."""
    missing = {}
    if connection.vendor != "postgresql":
        missing["postgres"] = "set DATABASE_URL to a PostgreSQL server"
    if "postgres" in missing or not settings.HAS_BROKER:
        missing["worker"] = "set DATABASE_URL and REDIS_URL to PostgreSQL and Redis servers"
    if not find_chromium():
        missing["browser"] = "install Chromium (on Debian: apt-get install chromium)"
    return missing


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what this run leaves out, and how to bring it in."""
    return [f"left out: {marker} tests; {what}" for marker, what in parts_left_out().items()]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what can't run here; the header has said so."""
    missing = parts_left_out()
    kept = [item for item in items if not any(item.get_closest_marker(name) for name in missing)]
    if len(kept) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A chosen part (`-m worker`) that can't run here at all isn't a failure."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and session.config.option.markexpr:
        session.exitstatus = pytest.ExitCode.OK


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser that tests drive."""
    path = find_chromium()
    assert path, "browser tests run only where Chromium is installed"
    return path


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Instead of pytest-django's: a copy of a template. `--create-db` makes that anew, too."""
    name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        create_test_database(anew=request.config.getvalue("create_db"))
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(name, verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def own_cache_keys(request: pytest.FixtureRequest) -> None:
    """The suite's parallel processes share one Redis, but no keys."""
    worker = getattr(request.config, "workerinput", {}).get("workerid")
    for name, config in settings.CACHES.items():
        if worker:
            config["KEY_PREFIX"] = f"{worker}-{config.get('KEY_PREFIX', name)}"


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    """No test sees what another cached: ids come again after a rollback."""
    yield
    process_cache.clear()
    for name in settings.CACHES:
        cache: Any = caches[name]
        if isinstance(cache, LocMemCache):
            cache.clear()
        elif isinstance(cache, RedisCache):
            cache.delete_pattern("*")


@pytest.fixture
def indexes() -> Iterator[None]:
    """What is saved is in the search index and the reference index at once."""
    with indexes_at_once():
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays: the garbage collector need not look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
