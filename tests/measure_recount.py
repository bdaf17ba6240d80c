"""How long a student waits for "complete" while a course of 20,000 students is recounted.

Not a test: `python -m pytest tests/measure_recount.py -n 0 -q -s`, on PostgreSQL. Prints the median
and the 95th percentile of 200 completions, alone and during the recount, as ratios.
"""

import statistics
import sys
import time
from multiprocessing import get_context

import pytest
from django.db import connection

from learning.models import CoursePage, Enrollment, LessonPage
from learning.models.enrollment import CompletionSource
from learning.services.progress import complete_lesson, recount_course
from learning.tests.factories import lessons_of, make_course

STUDENTS = 20_000
COMPLETIONS = 200


def make_students(course: CoursePage) -> list[Enrollment]:
    from accounts.models import User  # noqa: PLC0415 - needs the apps

    users = User.objects.bulk_create(
        User(username=f"measured{number}", email=f"m{number}@example.org", role="student")
        for number in range(STUDENTS)
    )
    return Enrollment.objects.bulk_create(Enrollment(student=user, course=course) for user in users)


def time_completions(rows: list[Enrollment], lesson: LessonPage) -> list[float]:
    times = []
    for row in rows:
        start = time.perf_counter()
        complete_lesson(student=row.student, lesson=lesson, how=CompletionSource.MARKED)
        times.append(time.perf_counter() - start)
    return times


def recount_again_and_again(course_id: int) -> None:
    """In a process of its own, as a worker; the parent's connection is not ours to close."""
    connection.connection = None
    while True:
        recount_course(course_id)


@pytest.mark.django_db(transaction=True)
def test_measure_completions_during_a_recount() -> None:
    course = make_course(modules=1, lessons=10)
    rows = make_students(course)
    lesson = lessons_of(course)[0]
    alone = time_completions(rows[:COMPLETIONS], lesson)
    recount = get_context("fork").Process(target=recount_again_and_again, args=[course.pk])
    recount.start()
    time.sleep(1)
    during = time_completions(rows[COMPLETIONS : 2 * COMPLETIONS], lesson)
    recount.kill()
    recount.join()
    for name, pick in (("median", statistics.median), ("p95", lambda x: sorted(x)[-10])):
        sys.stdout.write(f"{name}: {pick(during) / pick(alone):.2f} times the usual\n")
