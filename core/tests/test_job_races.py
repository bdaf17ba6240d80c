"""Real connections, real transactions. On SQLite claims take turns, on PostgreSQL they skip."""

import time
from functools import partial

import pytest
from django.db import connection, transaction

from core.audit import record
from core.jobs import enqueue, run_due_jobs, run_job
from core.models import AuditEvent, Job, JobState
from core.tests.handlers import RECORD, RECORD_SEEN, SLOW
from core.tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_runs_of_one_job_at_once_run_it_once() -> None:
    job = enqueue(SLOW, key="a", args={"n": "a", "seconds": 0.3})
    results = at_once(*[partial(run_job, job.pk)] * 6)
    assert sorted(results) == [False] * 5 + [True]
    assert AuditEvent.objects.filter(verb="began").count() == 1


def test_sweeps_at_once_share_the_jobs_and_run_each_once() -> None:
    for number in range(40):
        enqueue(RECORD, key=str(number), args={"n": str(number)})
    assert sum(at_once(*[run_due_jobs] * 4)) == 40
    assert AuditEvent.objects.count() == 40
    assert Job.objects.filter(state=JobState.DONE, tries=1).count() == 40


def test_enqueue_at_once_is_one_row() -> None:
    def ask() -> int:
        with transaction.atomic():
            return enqueue(RECORD, key="a").pk

    assert len(set(at_once(*[ask] * 6))) == 1
    assert Job.objects.count() == 1


@pytest.mark.postgres
def test_enqueue_while_another_has_not_committed_yet_is_one_row() -> None:
    def ask() -> int:
        with transaction.atomic():
            job = enqueue(RECORD, key="a")
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.3)")
            return job.pk

    assert len(set(at_once(*[ask] * 4))) == 1


@pytest.mark.postgres
def test_job_asked_for_again_while_it_runs_sees_what_the_asker_committed() -> None:
    """The asker commits while the job runs, or before, or after: never is it missed."""

    def ask(number: int) -> None:
        with transaction.atomic():
            record("asked", actor=None, n=str(number))
            enqueue(RECORD_SEEN, key="a", again=True)
            time.sleep(0.01 * (number % 3))

    def work() -> None:
        for _round in range(30):
            run_due_jobs()
            time.sleep(0.01)

    at_once(*[partial(ask, number) for number in range(12)], work, work)
    run_due_jobs()
    last = AuditEvent.objects.filter(verb="seen").latest("pk")
    assert last.data["count"] == 12
    assert Job.objects.get().state == JobState.DONE


@pytest.mark.postgres
def test_waiting_job_that_is_asked_for_again_does_not_start_before_that_commit() -> None:
    job = enqueue(RECORD, key="a")
    with transaction.atomic():
        enqueue(RECORD, key="a", again=True)
        [ran] = at_once(partial(run_job, job.pk))
        assert not ran
    assert run_job(job.pk)


@pytest.mark.postgres
def test_claim_does_not_wait_for_a_row_that_another_claims() -> None:
    first, second = enqueue(RECORD, key="a"), enqueue(RECORD, key="b")
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
            cursor.execute("SELECT id FROM core_job WHERE id = %s FOR UPDATE", [first.pk])
        assert not run_job(first.pk)
        assert run_due_jobs() == 1
        other.rollback()
    finally:
        other.close()
    assert Job.objects.get(pk=second.pk).state == JobState.DONE
    assert run_job(first.pk)
