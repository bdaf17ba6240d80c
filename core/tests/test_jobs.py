import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from core import jobs
from core.jobs import (
    DEATH,
    LEASE,
    MAX_TRIES,
    JobHandler,
    Step,
    Steps,
    enqueue,
    enqueue_many,
    forget_done,
    job_handlers,
    list_due_queues,
    run_due_jobs,
    run_job,
    run_steps,
)
from core.models import AuditEvent, Job, JobState
from core.tests import handlers
from core.tests.handlers import FAIL, LOOK, RECORD

pytestmark = pytest.mark.django_db

HandlerFor = Callable[[str, Callable[..., object]], None]


def reload(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


@pytest.fixture
def handler_for() -> Iterator[HandlerFor]:
    """Registers a handler for one test."""

    def lend(name: str, handler: Callable[..., object]) -> None:
        job_handlers.register(name, JobHandler(handler))

    with job_handlers.restored():
        yield lend


def held_by_another(job: Job, *, tries: int = 1, lease: timedelta = LEASE) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, tries=tries, due=timezone.now() + lease
    )


def test_enqueue_writes_a_due_job() -> None:
    job = reload(enqueue(RECORD, key="a", args={"colour": "red"}))
    assert (job.state, job.tries, job.arguments) == (JobState.QUEUED, 0, {"colour": "red"})
    assert job.due <= timezone.now()


def test_enqueue_again_is_the_same_row_and_keeps_its_arguments() -> None:
    first = enqueue(RECORD, key="a", args={"colour": "red"})
    assert enqueue(RECORD, key="a", args={"colour": "blue"}) == first
    assert reload(first).arguments == {"colour": "red"}


def test_enqueue_again_when_done_does_not_run_it_again() -> None:
    run_job(enqueue(RECORD, key="a").pk)
    assert not run_job(enqueue(RECORD, key="a").pk)
    assert AuditEvent.objects.count() == 1


def test_enqueue_in_rolled_back_transaction_leaves_nothing() -> None:
    with transaction.atomic():
        enqueue(RECORD, key="a")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_run_job_hands_the_arguments_over_and_is_done() -> None:
    job = enqueue(RECORD, key="a", args={"colour": "red"})
    assert run_job(job.pk)
    assert AuditEvent.objects.get().data == {"colour": "red"}
    done = reload(job)
    assert (done.state, done.tries) == (JobState.DONE, 1)
    assert done.finished is not None


def test_run_job_twice_runs_it_once() -> None:
    job = enqueue(RECORD, key="a")
    assert [run_job(job.pk), run_job(job.pk)] == [True, False]
    assert AuditEvent.objects.count() == 1


def test_run_job_that_does_not_exist_does_nothing() -> None:
    assert not run_job(404)


def test_run_job_before_it_is_due_does_nothing() -> None:
    job = enqueue(RECORD, key="a", due=timezone.now() + timedelta(minutes=1))
    assert not run_job(job.pk)
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert run_job(job.pk)


@pytest.mark.django_db(transaction=True)
def test_handler_runs_outside_of_the_claim_transaction() -> None:
    handlers.transactions_open.clear()
    assert run_job(enqueue(LOOK, key="a").pk)
    assert handlers.transactions_open == [False]


def test_failed_job_waits_and_tells_the_kind_of_error_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    job = enqueue(FAIL, key="a")
    assert not run_job(job.pk)
    failed = reload(job)
    assert (failed.state, failed.tries) == (JobState.QUEUED, 1)
    assert failed.due > timezone.now() + timedelta(seconds=5)
    assert failed.last_error == "core.tests.handlers.SecretError"
    assert "failed in try 1" in caplog.text


def test_failed_job_waits_longer_each_time_with_jitter() -> None:
    pauses = []
    for number in range(20):
        job = enqueue(FAIL, key=str(number))
        Job.objects.filter(pk=job.pk).update(tries=number % 4)
        run_job(job.pk)
        pauses.append((reload(job).due - timezone.now()).total_seconds())
    for tries, (least, most) in enumerate([(7, 12.5), (14, 25), (29, 50), (59, 100)]):
        assert all(least <= pause <= most for pause in pauses[tries::4])
    assert len({round(pause, 3) for pause in pauses[::4]}) > 1


def test_failed_job_is_done_once_its_cause_is_mended(handler_for: HandlerFor) -> None:
    job = enqueue("core.test_mended", key="a")
    assert not run_job(job.pk)
    handler_for("core.test_mended", lambda: None)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert run_job(job.pk)
    assert (reload(job).last_error, reload(job).tries) == ("", 2)


def test_job_of_unknown_name_is_tried_again_later(caplog: pytest.LogCaptureFixture) -> None:
    job = enqueue("core.unknown", key="a")
    assert not run_job(job.pk)
    assert reload(job).last_error == "builtins.LookupError"
    assert "nothing is registered as 'core.unknown'" in caplog.text


def test_job_is_parked_after_its_last_try(caplog: pytest.LogCaptureFixture) -> None:
    job = enqueue(FAIL, key="a")
    now = timezone.now()
    for number in range(MAX_TRIES + 2):
        with time_machine.travel(now + timedelta(hours=2 * number)):
            run_due_jobs()
    parked = reload(job)
    assert (parked.state, parked.tries) == (JobState.FAILED, MAX_TRIES)
    assert parked.finished is not None
    assert f"given up after {MAX_TRIES} tries" in caplog.text


def test_job_that_goes_on_failing_is_tried_for_about_a_day() -> None:
    job = enqueue(FAIL, key="a")
    begin = moment = timezone.now()
    while reload(job).state == JobState.QUEUED:
        moment = max(moment, reload(job).due)
        with time_machine.travel(moment, tick=False):
            run_job(job.pk)
    assert timedelta(hours=16) < moment - begin < timedelta(hours=30)


def test_retry_jobs_when_some_were_given_up_runs_them_again(
    handler_for: HandlerFor, capsys: pytest.CaptureFixture[str]
) -> None:
    given_up_jobs = [enqueue(name, key="a") for name in ("core.test_mended", "core.test_other")]
    done = enqueue(RECORD, key="a")
    run_job(done.pk)
    given_up = {"state": JobState.FAILED, "tries": MAX_TRIES, "finished": timezone.now()}
    Job.objects.filter(pk__in=[job.pk for job in given_up_jobs]).update(**given_up)
    handler_for("core.test_mended", lambda: None)

    call_command("retry_jobs", "core.test_mended")
    assert "1 job waits again." in capsys.readouterr().out
    assert run_due_jobs() == 1
    assert [reload(job).state for job in given_up_jobs] == [JobState.DONE, JobState.FAILED]

    call_command("retry_jobs")
    assert (reload(given_up_jobs[1]).state, reload(given_up_jobs[1]).tries) == (JobState.QUEUED, 0)
    assert reload(done).state == JobState.DONE


def test_job_in_others_hands_is_left_alone() -> None:
    job = enqueue(RECORD, key="a")
    held_by_another(job)
    assert not run_job(job.pk)
    assert run_due_jobs() == 0
    assert not AuditEvent.objects.exists()


def test_job_of_a_dead_worker_is_taken_when_its_lease_ends() -> None:
    job = enqueue(RECORD, key="a")
    held_by_another(job, lease=timedelta(seconds=-1))
    assert run_due_jobs() == 1
    assert (reload(job).state, reload(job).tries) == (JobState.DONE, 1 + DEATH)


def test_job_that_kills_its_workers_is_parked_within_half_an_hour(
    handler_for: HandlerFor, caplog: pytest.LogCaptureFixture
) -> None:
    def die() -> None:
        raise KeyboardInterrupt

    handler_for("core.test_deadly", die)
    job = enqueue("core.test_deadly", key="a")
    deaths, begin = 0, timezone.now()
    for number in range(15):
        with time_machine.travel(begin + number * (LEASE + timedelta(seconds=1)), tick=False):
            try:
                run_due_jobs()
            except KeyboardInterrupt:
                deaths += 1
    assert deaths == 9
    parked = reload(job)
    assert (parked.state, parked.last_error) == (JobState.FAILED, "lease ended")
    assert "their workers died" in caplog.text


def test_worker_that_outlived_its_lease_does_not_write_over_the_next(
    handler_for: HandlerFor, caplog: pytest.LogCaptureFixture
) -> None:
    job = enqueue("core.test_late", key="a")
    handler_for("core.test_late", lambda: held_by_another(job, tries=2))
    assert run_job(job.pk)
    assert (reload(job).state, reload(job).tries) == (JobState.RUNNING, 2)
    assert "outlived its lease" in caplog.text


def test_sweep_runs_what_is_due_oldest_first() -> None:
    now = timezone.now()
    for minutes in (1, 3, 2):
        enqueue(RECORD, key=str(minutes), args={"n": minutes}, due=now - timedelta(minutes=minutes))
    enqueue(RECORD, key="later", due=now + timedelta(minutes=1))
    assert run_due_jobs() == 3
    assert [event.data["n"] for event in AuditEvent.objects.order_by("pk")] == [3, 2, 1]


def test_sweep_goes_on_after_a_failed_job() -> None:
    enqueue(FAIL, key="a", due=timezone.now() - timedelta(minutes=1))
    enqueue(RECORD, key="b")
    assert run_due_jobs() == 2
    assert AuditEvent.objects.count() == 1


def test_sweep_stops_at_its_limit_and_at_its_time() -> None:
    for number in range(3):
        enqueue(RECORD, key=str(number))
    assert run_due_jobs(limit=2) == 2
    assert run_due_jobs(seconds=0) == 0
    assert run_due_jobs() == 1


def test_sweep_when_nothing_is_due_is_quiet(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="core"):
        assert run_due_jobs() == 0
    assert not caplog.records


def test_only_what_was_done_long_ago_is_forgotten() -> None:
    long_ago = timezone.now() - timedelta(days=31)
    for state, finished in [
        (JobState.DONE, long_ago),
        (JobState.DONE, timezone.now()),
        (JobState.FAILED, long_ago),
        (JobState.QUEUED, None),
    ]:
        Job.objects.create(name=RECORD, key=f"{state} {finished}", state=state, finished=finished)

    assert forget_done() == 1
    assert not Job.objects.filter(state=JobState.DONE, finished=long_ago).exists()
    assert Job.objects.count() == 3


# -- Asked for again ----------------------------------------------------------------------------
def test_done_job_when_asked_for_again_runs_again_with_its_arguments() -> None:
    job = enqueue(RECORD, key="a", args={"colour": "red"})
    run_job(job.pk)
    assert enqueue(RECORD, key="a", args={"colour": "red"}, again=True) == job
    assert run_job(job.pk)
    assert [event.data for event in AuditEvent.objects.all()] == [{"colour": "red"}] * 2
    assert (reload(job).state, reload(job).tries) == (JobState.DONE, 1)


def test_waiting_job_when_asked_for_again_runs_once() -> None:
    for _time in range(3):
        enqueue(RECORD, key="a", again=True)
    assert run_due_jobs() == 1


def test_running_job_when_asked_for_again_runs_once_more(handler_for: HandlerFor) -> None:
    ran: list[int] = []

    def ask_twice(n: int) -> None:
        ran.append(n)
        if len(ran) == 1:
            for _time in range(2):
                enqueue("core.test_again", key="a", args={"n": 1}, again=True)

    handler_for("core.test_again", ask_twice)
    job = enqueue("core.test_again", key="a", args={"n": 1})
    assert run_due_jobs() == 2
    assert ran == [1, 1]
    assert (reload(job).state, reload(job).again) == (JobState.DONE, False)


def test_job_that_was_given_up_when_asked_for_again_is_queued() -> None:
    job = enqueue(FAIL, key="a")
    Job.objects.update(state=JobState.FAILED, tries=MAX_TRIES, finished=timezone.now())
    enqueue(FAIL, key="a", again=True)
    assert (reload(job).state, reload(job).tries) == (JobState.QUEUED, 0)


def test_failed_job_that_waits_when_asked_for_again_is_due_now() -> None:
    job = enqueue(FAIL, key="a")
    run_job(job.pk)
    assert run_due_jobs() == 0
    enqueue(FAIL, key="a", again=True)
    assert run_due_jobs() == 1
    assert reload(job).tries == 2


# -- Queues -------------------------------------------------------------------------------------
def test_job_waits_in_the_queue_of_its_handler() -> None:
    enqueue(RECORD, key="a")
    enqueue("core.send_mail", key="a", due=timezone.now() + timedelta(hours=1))
    queues = Job.objects.order_by("pk").values_list("queue", flat=True)
    assert list(queues) == ["default", "mail"]
    assert list_due_queues() == ["default"]
    assert run_due_jobs(queue="mail") == 0
    assert run_due_jobs(queue="default") == 1


def test_many_jobs_are_written_once_each(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.HAS_BROKER = False
    enqueue(RECORD, key="1", args={"n": 0})
    with django_assert_num_queries(1):
        enqueue_many(RECORD, {str(number): {"n": number} for number in range(3)})
    assert run_due_jobs() == 3
    assert sorted(event.data["n"] for event in AuditEvent.objects.all()) == [0, 0, 2]


# -- Long jobs ----------------------------------------------------------------------------------
@pytest.fixture
def count_to_four(handler_for: HandlerFor) -> list[int]:
    """A long job in four steps; what it did."""
    done: list[int] = []

    def handler(place: int = 0) -> Steps:
        for number in range(place + 1, 5):
            done.append(number)
            yield Step(place=number, done=number, total=4)

    handler_for("core.test_long", handler)
    return done


def test_long_job_stores_its_progress_and_holds_its_lease(
    handler_for: HandlerFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int | None, int | None, bool]] = []
    start = timezone.now()

    def handler(place: int = 0) -> Steps:
        for number in (1, 2):
            with time_machine.travel(start + number * LEASE, tick=False):
                yield Step(place=number, done=number, total=2)
                row = Job.objects.get()
                seen.append((row.steps_done, row.steps_total, row.due > timezone.now()))

    handler_for("core.test_long", handler)
    assert run_job(enqueue("core.test_long", key="a").pk)
    assert seen == [(1, 2, True), (2, 2, True)]
    assert (Job.objects.get().state, Job.objects.get().place) == (JobState.DONE, None)


def test_long_job_lets_others_have_their_turn_and_goes_on(
    count_to_four: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SLICE", 0.0)
    job = enqueue("core.test_long", key="a", due=timezone.now() - timedelta(minutes=1))
    enqueue(RECORD, key="b")
    assert run_due_jobs(limit=1) == 1
    assert (reload(job).state, reload(job).place, reload(job).tries) == (JobState.QUEUED, 1, 0)
    run_due_jobs(limit=1)
    assert (AuditEvent.objects.count(), count_to_four) == (1, [1])
    run_due_jobs()
    assert count_to_four == [1, 2, 3, 4]
    assert reload(job).state == JobState.DONE


def test_long_job_that_failed_goes_on_where_it_was(handler_for: HandlerFor) -> None:
    done: list[int] = []

    def handler(place: int = 0) -> Steps:
        for number in range(place + 1, 4):
            done.append(number)
            if done == [1, 2]:
                raise RuntimeError
            yield Step(place=number, done=number)

    handler_for("core.test_long", handler)
    job = enqueue("core.test_long", key="a")
    assert not run_job(job.pk)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert run_job(job.pk)
    assert done == [1, 2, 2, 3]


def test_long_job_in_the_middle_when_asked_for_again_begins_anew_afterwards(
    count_to_four: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SLICE", 0.0)
    enqueue("core.test_long", key="a")
    run_due_jobs(limit=2)
    enqueue("core.test_long", key="a", again=True)
    run_due_jobs()
    assert count_to_four == [1, 2, 3, 4, 1, 2, 3, 4]
    assert Job.objects.get().state == JobState.DONE


def test_long_job_whose_lease_another_took_stops_at_its_next_step(
    handler_for: HandlerFor, caplog: pytest.LogCaptureFixture
) -> None:
    reached: list[int] = []

    def handler(place: int = 0) -> Steps:
        held_by_another(job, tries=1, lease=2 * LEASE)  # the same number of tries, a later lease
        yield Step(place=1, done=1)
        reached.append(1)

    handler_for("core.test_long", handler)
    job = enqueue("core.test_long", key="a")
    assert not run_job(job.pk)
    assert (reached, reload(job).place, reload(job).state) == ([], None, JobState.RUNNING)
    assert "outlived its lease" in caplog.text


def test_long_work_when_run_at_once_is_all_done(count_to_four: list[int]) -> None:
    run_steps(job_handlers["core.test_long"].function())
    assert count_to_four == [1, 2, 3, 4]
