from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from wagtail.models import Page, Revision

from core import tasks
from core.jobs import LEASE, enqueue
from core.models import AuditEvent, JobQueue
from core.tests.handlers import RECORD

pytestmark = pytest.mark.django_db


def test_run_job_by_its_name_runs_the_job() -> None:
    job = enqueue(RECORD, key="a")
    assert current_app.tasks["core.run_job"].apply((job.pk,)).successful()
    assert AuditEvent.objects.count() == 1


def test_sweep_runs_what_nobody_ran() -> None:
    enqueue(RECORD, key="a")
    tasks.sweep_jobs("mail")
    assert AuditEvent.objects.count() == 0
    tasks.sweep_jobs("default")
    assert AuditEvent.objects.count() == 1


def test_publish_scheduled_publishes() -> None:
    root = Page.get_first_root_node()
    page = root.add_child(instance=Page(title="Lesson", slug="lesson", live=False))
    revision = page.save_revision()
    past = timezone.now() - timedelta(minutes=1)
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=past)
    tasks.publish_scheduled()
    assert Page.objects.get(pk=page.pk).live


def test_clear_sessions_removes_only_what_ended() -> None:
    now = timezone.now()
    for key, days in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=key, expire_date=now + timedelta(days=days))
    tasks.clear_sessions()
    assert [session.session_key for session in Session.objects.all()] == ["new"]


@pytest.mark.parametrize("name", ["core.run_job", "core.sweep_jobs"])
def test_task_ends_before_its_jobs_lease_does(name: str) -> None:
    task = current_app.tasks[name]
    limits = [task.soft_time_limit or 0, task.time_limit or 0, LEASE.total_seconds()]
    assert 0 < limits[0] < limits[1] < limits[2]


@pytest.mark.parametrize(
    "name",
    [
        *("core.run_job", "core.sweep_jobs", "core.publish_scheduled"),
        *("core.clear_sessions", "core.clear_jobs", "core.clear_cache"),
    ],
)
def test_task_is_not_lost_with_its_worker(name: str) -> None:
    assert current_app.tasks[name].acks_late


def test_core_tasks_of_the_periodic_table_exist() -> None:
    names = {row["task"] for row in settings.PERIODIC_TASKS if str(row["task"]).startswith("core.")}
    assert names == {
        *("core.publish_scheduled", "core.clear_cache"),
        *("core.clear_sessions", "core.clear_jobs"),
    }
    assert names <= set(current_app.tasks)


def test_each_queue_has_a_sweep_of_its_own_in_its_own_worker() -> None:
    sweeps = [row for row in settings.CELERY_BEAT_SCHEDULE.values() if "args" in row]
    assert [row["task"] for row in sweeps] == ["core.sweep_jobs"] * 3
    assert [row["args"] for row in sweeps] == [[queue] for queue in JobQueue.values]
    assert [row["options"]["queue"] for row in sweeps] == JobQueue.values
    assert [queue.name for queue in settings.CELERY_TASK_QUEUES] == JobQueue.values
