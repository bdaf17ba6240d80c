"""Real parts for the tests that cross apps: a browser, a server, a Celery worker."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from copy import deepcopy

import pytest
from celery import current_app
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from core.tests.conftest import database_url
from core.tests.module_data import made_once
from core.tests.servers import MailServer
from tests.world import World, build_world

PATIENCE = 30_000  # milliseconds: the machine may be busy
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def built_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with made_once(django_db_blocker, build_world) as world:
        yield world


@pytest.fixture
def world(built_world: World, db: None) -> World:
    """Two courses with everybody in them."""
    return deepcopy(built_world)


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Chromium without a window.

    Playwright's event loop runs in this thread, hence the flag; other modules shall not meet it.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=chromium_path, args=BROWSER_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """A browser of its own, where nobody is signed in."""
    context = browser.new_context(base_url=live_server.url)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context
    context.close()


@pytest.fixture
def start_worker(
    transactional_db: None, mail_server: MailServer
) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts real Celery workers on the test database; ends what is left of them."""
    workers: list[subprocess.Popen[bytes]] = []
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "site_config.settings.test",
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://{mail_server.hostname}:{mail_server.port}",
    }
    command = [sys.executable, "-m", "celery", "-A", "site_config", "worker"]
    command += ["--concurrency", "2", "--loglevel", "WARNING"]

    def start() -> subprocess.Popen[bytes]:
        worker = subprocess.Popen(  # noqa: S603
            command, env=environment, cwd=settings.BASE_DIR, start_new_session=True
        )
        workers.append(worker)
        wait_for(lambda: bool(current_app.control.ping(timeout=0.5)), seconds=30)
        return worker

    current_app.control.purge()
    yield start
    for worker in workers:
        worker.terminate()
        worker.wait(timeout=20)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


def wait_for(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    """Returns as soon as `condition` holds; fails after `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    pytest.fail(f"waited for {seconds} s in vain")
