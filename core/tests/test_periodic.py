import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import current_app, shared_task
from django.conf import settings as project_settings
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from core.jobs import enqueue
from core.models import AuditEvent, Job, JobState
from core.periodic import Schedule, run_round, run_task
from core.tests.conftest import database_url
from core.tests.handlers import FAIL, RECORD, RECORD_MAIL

ran: list[str] = []


@shared_task(name="core.test_good")
def good() -> None:
    ran.append("good")


@shared_task(name="core.test_bad")
def bad() -> None:
    raise RuntimeError("periodic")


@pytest.fixture(autouse=True)
def _nothing_ran() -> None:
    ran.clear()


def test_schedule_is_due_at_the_start_and_then_after_each_interval() -> None:
    now = 100.0
    schedule = Schedule(
        [{"task": "often", "every": 30}, {"task": "rarely", "every": 60}], clock=lambda: now
    )
    due = []
    for moment in (100.0, 101.0, 129.9, 130.0, 165.0, 194.9, 195.0):
        now = moment
        due.append(schedule.take_due())
    assert due == [["often", "rarely"], [], [], ["often"], ["often", "rarely"], [], ["often"]]


def test_run_task_says_whether_it_went_well(caplog: pytest.LogCaptureFixture) -> None:
    assert run_task("core.test_good")
    assert not run_task("core.test_bad")
    assert not run_task("core.test_nowhere")
    assert "Periodic task core.test_bad failed" in caplog.text
    assert "RuntimeError: periodic" in caplog.text
    assert "Periodic task core.test_nowhere cannot run" in caplog.text


@pytest.mark.django_db
def test_round_goes_on_after_failed_tasks_and_jobs() -> None:
    enqueue(FAIL, key="a")
    enqueue(RECORD, key="b")
    names = ["core.test_bad", "core.test_nowhere", "core.test_good"]
    run_round(Schedule([{"task": name, "every": 60} for name in names]))
    assert ran == ["good"]
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db
def test_round_when_tasks_are_due_again_leaves_the_rest_of_the_jobs_for_later() -> None:
    moments = iter([0.0, 0.0, 1.0, 2.0, 31.0])
    schedule = Schedule([{"task": "core.test_good", "every": 30}], clock=lambda: next(moments))
    for number in range(5):
        enqueue(RECORD, key=str(number))
    assert run_round(schedule)
    assert AuditEvent.objects.count() == 3


@pytest.mark.django_db
def test_round_takes_a_job_of_each_queue_in_turn() -> None:
    for number in range(3):
        enqueue(RECORD, key=str(number))
    for number in range(2):
        enqueue(RECORD_MAIL, key=str(number))
    run_round(Schedule([]))
    ran_in = [event.data.get("queue", "default") for event in AuditEvent.objects.order_by("pk")]
    assert ran_in == ["default", "mail", "default", "mail", "default"]


@pytest.mark.django_db
def test_periodic_once_when_tasks_are_due_again_still_runs_every_job(settings: Settings) -> None:
    settings.PERIODIC_TASKS = [{"task": "core.test_good", "every": 0}]
    for number in range(3):
        enqueue(RECORD, key=str(number))
    call_command("periodic", once=True)
    assert AuditEvent.objects.count() == 3


@pytest.mark.django_db
def test_round_starts_nothing_more_once_it_shall_stop() -> None:
    enqueue(RECORD, key="a")
    run_round(Schedule([{"task": "core.test_good", "every": 60}]), stopping=lambda: True)
    assert ran == []
    assert not AuditEvent.objects.exists()


def test_round_outlives_a_database_that_is_away(caplog: pytest.LogCaptureFixture) -> None:
    run_round(Schedule([]))  # pytest-django refuses the database here, as a stopped server does
    assert "Due jobs cannot run" in caplog.text


@pytest.mark.django_db
def test_periodic_once_runs_everything_that_is_due(settings: Settings) -> None:
    settings.PERIODIC_TASKS = [{"task": "core.test_good", "every": 60}]
    enqueue(RECORD, key="a")
    call_command("periodic", once=True)
    assert ran == ["good"]
    assert Job.objects.get().state == JobState.DONE


@pytest.mark.django_db(transaction=True)
def test_periodic_in_process_ends_at_the_signal_and_gives_handlers_back(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGTERM)

    @current_app.task(name="core.test_stop")
    def stop() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    settings.PERIODIC_TASKS = [{"task": "core.test_stop", "every": 60}]
    call_command("periodic")
    assert "Periodic work has ended." in capsys.readouterr().out
    assert signal.getsignal(signal.SIGTERM) is before


def wait_for(count: int) -> None:
    patience = time.monotonic() + 60
    while AuditEvent.objects.count() < count and time.monotonic() < patience:
        time.sleep(0.2)


PROGRAM = """
import django
django.setup()
from django.core.management import call_command
import core.tests.handlers
call_command("periodic")
"""


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    """The command as its own process, on the database of this test."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "site_config.settings.test",
    }
    with subprocess.Popen(  # noqa: S603 (our own interpreter and program)
        [sys.executable, "-c", PROGRAM],
        cwd=Path(project_settings.BASE_DIR),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as started:
        yield started
        started.kill()


def cut_other_connections() -> None:
    """Ends every other session of this database, and returns when they are gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        cut = [pid for pid, _done in cursor.fetchall()]
        assert cut
        alive = True
        while alive:
            cursor.execute("SELECT 1 FROM pg_stat_activity WHERE pid = ANY(%s)", [cut])
            alive = cursor.fetchone() is not None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_periodic_process_finds_the_database_again_after_its_connections_were_cut(
    process: subprocess.Popen[str],
) -> None:
    enqueue(RECORD, key="a")
    wait_for(1)
    cut_other_connections()
    enqueue(RECORD, key="b")
    wait_for(2)
    process.terminate()
    process.communicate(timeout=30)
    assert AuditEvent.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_periodic_process_runs_jobs_and_ends_cleanly_at_a_signal(
    process: subprocess.Popen[str], number: signal.Signals
) -> None:
    enqueue(RECORD, key="a")
    wait_for(1)
    process.send_signal(number)
    output, _errors = process.communicate(timeout=30)
    assert process.returncode == 0, output
    assert "Periodic work has ended." in output
    assert AuditEvent.objects.count() == 1
