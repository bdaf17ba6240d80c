"""Real Celery workers on Redis, killed in the middle of their work."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.jobs import enqueue, run_due_jobs
from core.models import AuditEvent, Job, JobState
from core.tests.conftest import database_url
from core.tests.handlers import SLOW

pytestmark = [
    pytest.mark.worker,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]

StartWorker = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_worker() -> Iterator[StartWorker]:
    """Starts workers on the database of this test; ends those that still run."""
    command = [
        *[sys.executable, "-m", "celery", "-A", "site_config", "worker", "--concurrency", "2"],
        *["--include", "core.tests.handlers", "--loglevel", "ERROR", "--without-mingle"],
    ]
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "site_config.settings.test",
    }
    with ExitStack() as stack:

        def start() -> subprocess.Popen[bytes]:
            process = stack.enter_context(
                subprocess.Popen(  # noqa: S603 (our own command)
                    command,
                    cwd=Path(settings.BASE_DIR),
                    env=environment,
                    start_new_session=True,
                )
            )
            stack.callback(kill, process)
            return process

        yield start


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kills the worker and its children without a chance to tidy up."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    patience = time.monotonic() + seconds
    while not condition() and time.monotonic() < patience:
        time.sleep(0.1)
    assert condition()


def test_jobs_of_a_killed_worker_are_all_done_in_the_end(start_worker: StartWorker) -> None:
    worker = start_worker()
    with transaction.atomic():
        for number in range(20):
            seconds = 600 if number in {4, 5} else 0
            enqueue(SLOW, key=str(number), args={"n": str(number), "seconds": seconds})
    long = AuditEvent.objects.filter(verb="began", data__n__in=["4", "5"])
    wait_until(lambda: long.count() == 2)
    kill(worker)
    held = Job.objects.filter(state=JobState.RUNNING)
    assert held.count() == 2

    held.update(due=timezone.now())  # the lease ends
    start_worker()
    run_due_jobs()
    wait_until(lambda: not Job.objects.exclude(state=JobState.DONE).exists())
    ran = [event.data["n"] for event in AuditEvent.objects.filter(verb="ran")]
    assert sorted(ran) == sorted(str(number) for number in range(20))
    assert AuditEvent.objects.filter(verb="began").count() == 22
