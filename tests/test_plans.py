"""Queries of tables that grow large, each with its plan on PostgreSQL at 20,000 rows."""

import pytest
from django.db import connection, models
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from accounts.tests.factories import AdminFactory, StudentFactory
from assessments.models import Submission
from assessments.tests.factories import make_assignment
from core.models import Job
from home.selectors.course_figures import with_figures
from learning.models import CoursePage, Enrollment, LessonPage
from learning.routing import find_page
from learning.tests.factories import lessons_of, make_course
from tests.crowd import enroll_crowd

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

SIZE = 20_000


def multiply(model: type[models.Model], pk: object, **changes: str) -> None:
    """`SIZE` copies of a row in the model's own table; `changes` are SQL, `n` counts from 1.

    No foreign key is checked: that would take longer than all the rest.
    """
    key = model._meta.pk
    assert key is not None
    columns = [field.column for field in model._meta.local_concrete_fields if field.column != "id"]
    table = connection.ops.quote_name(model._meta.db_table)
    values = ", ".join(changes.get(column, f'old."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    copies = f"SELECT {values} FROM {table} AS old, generate_series(1, {SIZE}) AS n"  # noqa: S608 (our own names)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"INSERT INTO {table} ({names}) {copies} WHERE old.{key.column} = %s", [pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def explain(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


def multiply_page(page: Page, **changes: str) -> None:
    """Copies in both tables, each with an address of its own; `changes` are of the type's table."""
    multiply(
        Page,
        page.pk,
        path="'9' || lpad(n::text, 7, '0')",
        url_path="'/academy/courses/c' || n || '/m/introduction/'",
        translation_key="gen_random_uuid()",
    )
    first = Page.objects.get(path="90000001").pk
    multiply(type(page), page.pk, page_ptr_id=f"{first} + n - 1", **changes)
    analyze()


def test_page_among_many_of_its_name_is_found_by_its_address() -> None:
    course = make_course(lessons=1)
    lesson = lessons_of(course)[0]
    LessonPage.objects.update(slug="introduction", url_path=f"{course.url_path}m/introduction/")
    multiply_page(lesson)
    request = RequestFactory().get("/")
    with CaptureQueriesContext(connection) as queries:
        found = find_page(request, f"courses/{course.slug}/m/introduction/")
    assert found is not None
    assert found.pk == lesson.pk
    plan = explain(queries[0]["sql"])
    assert "learning_page_url_path" in plan
    assert "Seq Scan on wagtailcore_page" not in plan


def test_courses_to_refresh_are_found_by_an_index() -> None:
    course = make_course(modules=0)
    CoursePage.objects.update(structure_is_stale=False)
    multiply_page(course, collection_id="NULL")
    CoursePage.objects.filter(pk=course.pk).update(structure_is_stale=True)
    marked = CoursePage.objects.filter(structure_is_stale=True).values_list("pk")
    assert "learning_course_stale" in marked.explain()


def test_newest_enrollments_are_listed_by_an_index() -> None:
    enroll_crowd(make_course(), SIZE)
    analyze()
    plan = Enrollment.objects.select_related("student", "course")[:50].explain()
    assert "learning_enroll_newest" in plan
    assert "Sort" not in plan


def test_due_jobs_of_a_queue_are_claimed_by_an_index() -> None:
    Job.objects.bulk_create(
        Job(name="core.test_record", key=str(number), queue="heavy") for number in range(SIZE)
    )
    analyze()
    waiting = Job.objects.due(Job.objects.latest("due").due).filter(queue="mail")
    assert "core_job_due" in waiting.order_by("due", "pk")[:1].explain()


def test_figures_of_a_large_course_are_read_without_its_students() -> None:
    course = make_course()
    enroll_crowd(course, SIZE)
    waiting = Submission.objects.create(
        assignment=make_assignment(course), student=StudentFactory(), submitted_at=timezone.now()
    )
    first = Enrollment.objects.earliest("pk").student_id
    multiply(Submission, waiting.pk, student_id=f"{first} + n - 1", state="'graded'")
    analyze()
    figures = with_figures(CoursePage.objects.filter(pk=course.pk), AdminFactory())
    assert (figures.get().enrolled, figures.get().waiting) == (SIZE, 1)
    plan = figures.explain()
    assert "on learning_enrollment " not in plan
    assert "on accounts_user " not in plan
    assert "assessments_submission_queue" in plan
