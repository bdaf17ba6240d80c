"""Wagtail's tasks as jobs: the indexes follow what was saved, once and after the request."""

from collections.abc import Iterator

import pytest
from django_tasks import task_backends
from wagtail.models import Page, ReferenceIndex
from wagtail.tasks import delete_file_from_storage_task, update_reference_index_task

from core.jobs import run_due_jobs
from core.models import Job, JobState
from core.task_backend import RUN_TASK, JobTaskBackend

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tasks_are_jobs() -> Iterator[None]:
    before = task_backends["default"]
    task_backends["default"] = JobTaskBackend("default", {})
    yield
    task_backends["default"] = before


@pytest.fixture
def page() -> Page:
    root = Page.get_first_root_node()
    return root.add_child(instance=Page(title="Capillary", slug="capillary"))


def test_page_is_findable_once_its_job_ran(page: Page) -> None:
    assert list(Page.objects.search("capillary")) == []
    run_due_jobs()
    assert list(Page.objects.search("capillary")) == [page]


def test_page_saved_often_is_one_job_for_each_index(page: Page) -> None:
    for title in ("Siphon", "Osmosis"):
        page.title = title
        page.save()
    jobs = Job.objects.filter(name=RUN_TASK, key__contains="insert_or_update_object")
    assert jobs.count() == 1
    run_due_jobs()
    assert list(Page.objects.search("osmosis")) == [page]
    assert list(Page.objects.search("siphon")) == []


def test_page_saved_after_its_job_ran_is_indexed_again(page: Page) -> None:
    run_due_jobs()
    page.title = "Osmosis"
    page.save()
    run_due_jobs()
    assert list(Page.objects.search("osmosis")) == [page]


def test_page_deleted_before_its_job_ran_leaves_nothing_behind(page: Page) -> None:
    page.delete()
    run_due_jobs()
    assert not Job.objects.exclude(state=JobState.DONE).exists()
    assert not ReferenceIndex.objects.filter(object_id=str(page.pk)).exists()


def test_result_names_the_job_and_is_not_known_yet() -> None:
    result = update_reference_index_task.enqueue("wagtailcore", "page", "404")
    assert (result.id, result.status) == (str(Job.objects.get().pk), "READY")


def test_task_with_long_arguments_has_a_key_of_its_own() -> None:
    storage = ["django.core.files.storage.FileSystemStorage", [], {}]
    for name in ("a", "b"):
        delete_file_from_storage_task.enqueue(storage, name * 400)
    assert Job.objects.count() == 2
