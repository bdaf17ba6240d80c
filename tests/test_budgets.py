"""Query budgets at two sizes: 3 courses of 3 lessons with 10 students, and a full academy."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import AdminFactory
from home.services.seed import SeedPlan, seed
from learning.models import CoursePage, LessonPage

SMALL = SeedPlan(courses=3, lessons=3, students=10, enrollments=10)
LARGE = SeedPlan(courses=30, lessons=300, students=10_000, enrollments=10_000)
LESSON_BUDGET = 8

Pages = dict[str, tuple[str, str]]


def pages_of(slug: str, student: str) -> Pages:
    """What is looked at, and as whom: pages of one course, and pages over all."""
    course = CoursePage.objects.get(slug=slug)
    lesson = LessonPage.objects.descendant_of(course).order_by("path")[1]
    teacher = course.team.get().user.username
    return {
        "lesson": (student, lesson.get_url()),
        "course": (student, course.get_url()),
        "course to visitors": ("", course.get_url()),
        "catalogue": (student, "/courses/"),
        "search": ("", "/courses/?q=practice"),
        "work": (student, reverse("course_work", args=[course.pk])),
        "student's dashboard": (student, reverse("dashboard_student")),
        "teacher's dashboard": (teacher, reverse("dashboard_teacher")),
        "administrator's dashboard": ("head", reverse("dashboard_admin")),
        "queue": (teacher, reverse("submission_queue", args=[course.pk])),
        "explorer": ("head", reverse("wagtailadmin_explore", args=[course.pk])),
        "list of courses": ("head", reverse("learning_coursepage_modeladmin_index")),
        "list of enrollments": ("head", reverse("learning_enrollment_modeladmin_index")),
        "list of quizzes": ("head", reverse("assessments_quiz_modeladmin_index")),
        "list of people": ("head", reverse("wagtailusers_users:index")),
    }


def count_queries(pages: Pages) -> dict[str, int]:
    """Each page warm: the third time that it is asked for."""
    counts = {}
    for name, (username, url) in pages.items():
        client = Client()
        if username:
            client.force_login(User.objects.get(username=username))
        client.get(url)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200, name
        counts[name] = len(queries)
    return counts


@pytest.mark.django_db
def test_pages_cost_the_same_in_a_small_and_in_a_full_academy() -> None:
    AdminFactory(username="head")
    seed(plan=SMALL, report=lambda *_progress: None)
    small = count_queries(pages_of("seed-3", "student3"))
    seed(plan=LARGE, report=lambda *_progress: None)
    large = count_queries(pages_of("seed-30", "student30"))

    assert {name: count for name, count in large.items() if count > small[name]} == {}
    assert large["lesson"] <= LESSON_BUDGET
