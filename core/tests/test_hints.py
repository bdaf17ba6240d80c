import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from celery import Celery, current_app
from django.conf import settings as project_settings
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from core import jobs
from core.jobs import WorkerHints, enqueue, enqueue_many, run_job
from core.models import Job
from core.tests.handlers import RECORD


@contextmanager
def broker(url: str) -> Iterator[Celery]:
    """The project's Celery settings on another broker, as the current app."""
    before = current_app.tasks["core.run_job"].app
    app = Celery("test", broker=url, set_as_current=True)
    app.config_from_object(project_settings, namespace="CELERY")
    app.conf.update(broker_url=url)
    try:
        yield app
    finally:
        app.close()
        before.set_current()


@pytest.fixture
def memory_broker() -> Iterator[Celery]:
    with broker("memory://") as app:
        yield app


@pytest.fixture
def dead_broker() -> Iterator[Celery]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with broker(f"redis://127.0.0.1:{port}/0") as app:
        yield app


@pytest.fixture
def hung_broker() -> Iterator[Celery]:
    """Takes connections and never answers."""
    server = socket.create_server(("127.0.0.1", 0))
    with server, broker(f"redis://127.0.0.1:{server.getsockname()[1]}/0") as app:
        yield app


def told(app: Celery, queue_name: str = "default") -> list[list[int]]:
    """Empties the queue and returns the arguments of each message."""
    found = []
    with app.connection_for_read() as connection:
        queue = connection.SimpleQueue(queue_name)
        while queue.qsize():
            message = queue.get_nowait()
            message.ack()
            assert message.headers["task"] == "core.run_job"
            found.append(message.payload[0])
        queue.close()
    return found


@pytest.mark.django_db(transaction=True)
def test_worker_is_told_after_the_commit_and_not_before(
    settings: Settings, memory_broker: Celery
) -> None:
    settings.HAS_BROKER = True
    with transaction.atomic():
        job = enqueue(RECORD, key="a")
        assert told(memory_broker) == []
    assert told(memory_broker) == [[job.pk]]


@pytest.mark.django_db(transaction=True)
def test_worker_of_the_jobs_queue_is_told(settings: Settings, memory_broker: Celery) -> None:
    settings.HAS_BROKER = True
    job = enqueue("core.send_mail", key="a")
    enqueue_many(RECORD, {"a": {}, "b": {}})
    assert told(memory_broker, "mail") == [[job.pk]]
    assert len(told(memory_broker)) == 2


@pytest.mark.django_db(transaction=True)
def test_worker_is_told_once_more_of_a_job_that_is_to_run_again(
    settings: Settings, memory_broker: Celery
) -> None:
    settings.HAS_BROKER = True
    job = enqueue(RECORD, key="a")
    run_job(job.pk)
    enqueue(RECORD, key="a", again=True)
    assert told(memory_broker) == [[job.pk], [job.pk]]


@pytest.mark.django_db(transaction=True)
def test_worker_is_not_told_of_what_was_rolled_back(
    settings: Settings, memory_broker: Celery
) -> None:
    settings.HAS_BROKER = True
    with transaction.atomic():
        enqueue(RECORD, key="a")
        transaction.set_rollback(True)
    assert told(memory_broker) == []


@pytest.mark.django_db
@pytest.mark.parametrize("case", ["no broker", "later", "done"])
def test_worker_is_not_told_where_it_could_do_nothing(
    case: str,
    settings: Settings,
    memory_broker: Celery,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.HAS_BROKER = case != "no broker"
    later = timezone.now() + jobs.LEASE if case == "later" else None
    if case == "done":
        run_job(enqueue(RECORD, key="a").pk)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        enqueue(RECORD, key="a", due=later)
    assert callbacks == []
    assert told(memory_broker) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["dead_broker", "hung_broker"])
def test_broker_that_does_not_answer_is_no_error_and_costs_one_time_out(
    kind: str,
    request: pytest.FixtureRequest,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    request.getfixturevalue(kind)
    settings.HAS_BROKER = True
    monkeypatch.setattr(jobs, "worker_hints", WorkerHints())
    begin = time.monotonic()
    with transaction.atomic(), caplog.at_level(logging.WARNING, logger="core.jobs"):
        for number in range(5):
            enqueue(RECORD, key=str(number))
    assert time.monotonic() - begin < 3
    assert Job.objects.count() == 5
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_hint_is_sent_again_after_the_pause(
    memory_broker: Celery, request: pytest.FixtureRequest
) -> None:
    hints = WorkerHints()
    hints.breaker.pause = 0.2
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with broker(f"redis://127.0.0.1:{free.getsockname()[1]}/0"):
            assert not hints.tell(1, "default")
    memory_broker.set_current()
    assert not hints.tell(2, "default")
    time.sleep(0.25)
    assert hints.tell(3, "default")
    assert told(memory_broker) == [[3]]
