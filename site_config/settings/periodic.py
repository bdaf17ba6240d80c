"""The one table of periodic work. Celery beat runs it; without a broker `manage.py periodic` does.

`every` is in seconds. Each task is safe to run at any time, twice, or late.
"""

PERIODIC_TASKS = [
    {"task": "core.sweep_jobs", "every": 30},
    {"task": "core.publish_scheduled", "every": 60},
    {"task": "assessments.submit_overdue_attempts", "every": 60},
    {"task": "learning.sweep_publications", "every": 60},
    {"task": "core.clear_sessions", "every": 24 * 60 * 60},
    {"task": "core.clear_jobs", "every": 24 * 60 * 60},
]

CELERY_BEAT_SCHEDULE = {
    row["task"]: {"task": row["task"], "schedule": row["every"]} for row in PERIODIC_TASKS
}
