"""Every sort that a list offers, with its plan on PostgreSQL where the tables have 20,000 rows.

A list shows one page: its rows come out of an index in their order, and no table is sorted for it.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import QuerySet
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from accounts.models import User
from accounts.tests.factories import AdminFactory, StudentFactory
from assessments.models import Assignment, Attempt, Question, Quiz, Submission
from assessments.selectors.quizzes import get_results_page
from assessments.selectors.submissions import list_waiting
from assessments.tests.factories import make_assignment, make_quiz
from learning.modeladmin.base import AcademyAdmin
from learning.models import Activity, CoursePage, CourseTeam, Enrollment
from learning.selectors.courses import get_catalogue
from learning.tests.factories import CourseTeamFactory, enroll, make_course
from tests.test_plans import analyze, multiply

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

SMALL = {"learning.Subject": "an academy has some dozens"}
"""Lists of tables that stay small, with the reason: these may be sorted."""
EARLIER = "now() - n * interval '1 minute'"


def list_admins() -> Iterator[AcademyAdmin]:
    """One of each list of the CMS, but for those of examples."""
    classes = [AcademyAdmin]
    while classes:
        one = classes.pop()
        classes += one.__subclasses__()
        if one.model is not None and not one.__module__.startswith("tests."):
            yield one()


def fill() -> tuple[Quiz, Assignment]:
    """Many of everything, each in a course and of a person of its own."""
    course, student = make_course(lessons=0, modules=0), StudentFactory()
    names = {"username": "'crowd' || n", "email": "'crowd' || n || '@example.org'"}
    multiply(User, student.pk, last_name="'Name ' || n", last_login=EARLIER, **names)
    multiply(
        Page,
        course.pk,
        title="'Course ' || n",
        path="'9' || lpad(n::text, 7, '0')",
        url_path="'/academy/courses/c' || n || '/'",
        translation_key="gen_random_uuid()",
        first_published_at=EARLIER,
    )
    page_id = Page.objects.get(path="90000001").pk
    person_id = User.objects.get(username="crowd1").pk
    courses, people = f"{page_id} + n - 1", f"{person_id} + n - 1"
    multiply(
        CoursePage, course.pk, page_ptr_id=courses, collection_id="NULL", lesson_count="mod(n, 40)"
    )
    member = {"course_id": courses, "user_id": people}
    multiply(CourseTeam, CourseTeamFactory(course=course).pk, **member)
    seen = {"last_seen_at": EARLIER, "enrolled_at": EARLIER}
    multiply(Enrollment, enroll(student, course).pk, course_id=courses, student_id=people, **seen)
    quiz, assignment = make_quiz(course, questions=1), make_assignment(course)
    for activity in (quiz, assignment):
        title = f"'{activity.kind} ' || n"
        multiply(Activity, activity.pk, title=title, course_id=courses, due_at=EARLIER)
        first = Activity.objects.get(title=f"{activity.kind} 1").pk
        multiply(type(activity), activity.pk, activity_ptr_id=f"{first} + n - 1")
    multiply(Question, Question.objects.get().pk, course_id=courses)
    now = timezone.now()
    attempt = Attempt.objects.create(
        quiz=quiz, student=student, number=1, started_at=now, submitted_at=now, state="submitted"
    )
    multiply(Attempt, attempt.pk, student_id=people, started_at=EARLIER, submitted_at=EARLIER)
    submission = Submission.objects.create(assignment=assignment, student=student, submitted_at=now)
    multiply(Submission, submission.pk, student_id=people, submitted_at=EARLIER)
    analyze()
    return quiz, assignment


def list_sorted(admin: AcademyAdmin, reader: User) -> Iterator[tuple[str, QuerySet[Any]]]:
    """The first page of the list, as it opens and by each column to sort by."""
    assert set(admin.sortable_by) <= set(admin.list_display)
    for column in ("", *admin.sortable_by):
        query = {"o": admin.list_display.index(column)} if column else {}
        request = RequestFactory().get("/", query)
        request.user = reader
        page = admin.index_view(request).context_data["page_obj"]
        yield f"{type(admin).__name__}: {column or 'default'}", page.object_list


def list_people_sorted(reader: User) -> Iterator[tuple[str, QuerySet[Any]]]:
    client, address = Client(), reverse("wagtailusers_users:index")
    client.force_login(reader)
    columns = client.get(address).context["table"].columns.values()
    keys = [column.sort_key for column in columns if column.sort_key]
    assert keys
    for key in ("", *keys):
        answer = client.get(address, {"ordering": key} if key else {})
        yield f"People: {key or 'default'}", answer.context["page_obj"].object_list


def list_of_the_site(
    reader: User, quiz: Quiz, assignment: Assignment
) -> Iterator[tuple[str, QuerySet[Any]]]:
    """Each has one order."""
    yield "Catalogue", get_catalogue(reader, QueryDict(), url="/").page.paginator.object_list[:24]
    yield "Results", get_results_page(quiz, {}).paginator.object_list[:50]
    yield "Waiting", list_waiting(assignment.pk)[:50]


def is_sorted(rows: QuerySet[Any]) -> bool:
    """Whether the plan sorts more than rows of equal value."""
    return re.search(r"^\s*(->\s+)?Sort\s+\(cost", rows.explain(), re.MULTILINE) is not None


def test_lists_are_read_by_an_index_in_every_order_that_they_offer() -> None:
    quiz, assignment = fill()
    reader = AdminFactory()
    orders = [*list_people_sorted(reader), *list_of_the_site(reader, quiz, assignment)]
    for admin in list_admins():
        if admin.model._meta.label not in SMALL:
            orders += list_sorted(admin, reader)
    plans = {name: rows.explain() for name, rows in orders if is_sorted(rows)}
    assert not plans, "\n\n".join(f"{name}\n{plan}" for name, plan in plans.items())
