"""The tasks that keep Wagtail's indexes, which most tests have no use for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task, TaskResult

INDEX_TASKS = {
    "modelsearch.tasks.insert_or_update_object_task",
    "wagtail.tasks.update_reference_index_task",
}


class TestTaskBackend(ImmediateBackend):
    """Runs tasks at once. Those of the search and reference index only where a test asks for them.

    In production they run after the request, too. A test that reads an index uses `indexes`.
    """

    indexes_at_once = False

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any] | None:
        if task.module_path in INDEX_TASKS and not self.indexes_at_once:
            return None
        return super().enqueue(task, args, kwargs)


@contextmanager
def indexes_at_once() -> Iterator[None]:
    """What is saved meanwhile is in the search index and the reference index at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestTaskBackend, "indexes_at_once", True)
        yield
