"""The one table of periodic work. Celery beat runs it; without a broker `manage.py periodic` does.

`every` is in seconds. Each task is safe to run at any time, twice, or late.
"""

from typing import Any

PERIODIC_TASKS: list[dict[str, Any]] = [
    {"task": "core.publish_scheduled", "every": 60},
    {"task": "assessments.submit_overdue_attempts", "every": 60},
    {"task": "learning.sweep_publications", "every": 60},
    {"task": "core.clear_sessions", "every": 24 * 60 * 60},
    {"task": "core.clear_jobs", "every": 24 * 60 * 60},
    {"task": "core.clear_cache", "every": 60 * 60},
    {"task": "learning.check_structures", "every": 60 * 60},
]

QUEUES = ("default", "mail", "heavy")
SWEEP_EVERY = 30

CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    **{row["task"]: {"task": row["task"], "schedule": row["every"]} for row in PERIODIC_TASKS},
    # A sweep runs jobs, each queue's in its own worker. `manage.py periodic` looks all the time.
    **{
        f"core.sweep_jobs {queue}": {
            "task": "core.sweep_jobs",
            "schedule": SWEEP_EVERY,
            "args": [queue],
            "options": {"queue": queue},
        }
        for queue in QUEUES
    },
}
