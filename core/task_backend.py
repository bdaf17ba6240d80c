"""Runs tasks of `django-tasks` as jobs, such as Wagtail's updates of its indexes."""

import hashlib
import json
from typing import Any

from django.utils import timezone
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import normalize_json

from core.jobs import enqueue

RUN_TASK = "core.run_task"


class JobTaskBackend(BaseTaskBackend):
    """A task with its arguments is one job, however often it is asked for before it runs.

    So an object that is saved four times at once is indexed once. Tasks must therefore read what
    they work on when they run, as Wagtail's do. Their results are not kept.
    """

    supports_defer = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        arguments = normalize_json({"args": list(args), "kwargs": dict(kwargs)})
        digest = hashlib.sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()
        job = enqueue(
            RUN_TASK,
            key=f"{task.module_path}:{digest}"[-200:],
            args={"task": task.module_path, **arguments},
            due=task.run_after,
            again=True,
        )
        return TaskResult(
            task=task,
            id=str(job.pk),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            backend=self.alias,
            errors=[],
            worker_ids=[],
            **arguments,
        )
