"""What each page of the role × address matrix costs: queries and CPU, with caches cold and warm.

Not a test: `python -m pytest tests/measure_pages.py -n 0 -q` writes `var/pages.json` and
`var/lessons.json`, and
`python -m tests.measure_pages before.json after.json` prints the table of two such files. Use
PostgreSQL (`DATABASE_URL`) and Redis (`REDIS_URL`), as in production.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import caching

ROUNDS = 7


def empty_caches() -> None:
    caching.KEPT_SECONDS = 5.0  # as in production
    for name in settings.CACHES:
        caches[name].clear()
    try:
        from core import page_cache  # noqa: PLC0415 - older code has none
    except ImportError:
        return
    page_cache.clear()


def ask(client: Client, url: str) -> tuple[int, int, float]:
    """Status, number of queries, CPU in milliseconds."""
    reset_queries()
    with CaptureQueriesContext(connection) as queries:
        start = time.process_time()
        response = client.get(url)
        response.getvalue()
        spent = time.process_time() - start
    statements = [row for row in queries if "SAVEPOINT" not in row["sql"]]
    return response.status_code, len(statements), spent * 1000


def measure(client: Client, url: str) -> dict[str, float]:
    """Nothing that the page writes is kept, so that each page is asked in the same world."""
    with transaction.atomic():
        empty_caches()
        status, cold, cold_cpu = ask(client, url)
        warm = [ask(client, url) for _round in range(ROUNDS)]
        transaction.set_rollback(True)
    return {
        "status": status,
        "cold": cold,
        "warm": warm[-1][1],
        "cold_ms": round(cold_cpu, 1),
        "warm_ms": round(statistics.median(one[2] for one in warm), 1),
    }


@pytest.mark.django_db
def test_measure_every_page() -> None:
    from tests.test_role_matrix import ROWS  # noqa: PLC0415 - needs the apps
    from tests.world import ROLES, build_world  # noqa: PLC0415

    world = build_world()
    found = {}
    for number, (name, method, build, _expected) in enumerate(ROWS):
        if method != "get":
            continue
        url, _data = build(world)
        shown = f"{name} {number}" if f"{name} anonymous" in found else name
        for role in ROLES:
            found[f"{shown} {role}"] = measure(world.client(role), url)
    write("pages.json", found)


@pytest.mark.django_db
def test_measure_lessons_of_long_courses() -> None:
    """CPU of one lesson's page, as a ratio to that of a course with 30 lessons."""
    from accounts.tests.factories import StudentFactory  # noqa: PLC0415 - needs the apps
    from learning.tests.factories import enroll, lessons_of, make_course  # noqa: PLC0415

    shapes = {"3 x 10": (3, 10), "29 x 10": (29, 10), "1 x 30": (1, 30), "1 x 290": (1, 290)}
    pages = {}
    for name, (modules, lessons) in shapes.items():
        course = make_course(modules=modules, lessons=lessons)
        student = enroll(StudentFactory(), course).student
        client = Client()
        client.force_login(student)
        found = lessons_of(course)
        pages[name] = (client, found[len(found) // 2].get_url())
    spent: dict[str, list[float]] = {name: [] for name in pages}
    for _round in range(60):
        for name, (client, url) in pages.items():
            spent[name].append(ask(client, url)[2])
    medians = {name: round(statistics.median(times[5:]), 2) for name, times in spent.items()}
    write("lessons.json", medians)


def write(name: str, found: object) -> None:
    path = Path(settings.BASE_DIR, "var", name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=1), encoding="utf-8")


def compare(before: dict[str, dict[str, float]], after: dict[str, dict[str, float]]) -> list[str]:
    lines = ["page and role | status | queries cold | queries warm | CPU warm, ratio"]
    for name in sorted(after):
        new, old = after[name], before.get(name)
        if old is None:
            lines.append(f"{name} | {new['status']} | {new['cold']} | {new['warm']} | new")
            continue
        mark = " WORSE" if new["cold"] > old["cold"] or new["warm"] > old["warm"] else ""
        ratio = new["warm_ms"] / old["warm_ms"] if old["warm_ms"] else 1
        lines.append(
            f"{name} | {old['status']} > {new['status']} | {old['cold']} > {new['cold']} | "
            f"{old['warm']} > {new['warm']} | {ratio:.2f}{mark}"
        )
    return lines


if __name__ == "__main__":
    tables = [json.loads(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:3]]
    sys.stdout.write("\n".join(compare(*tables)) + "\n")
