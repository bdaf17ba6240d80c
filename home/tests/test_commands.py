"""The demo academy and the load data: made twice is the same as made once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessments.models import Assignment, Attempt, Grade, Quiz
from home.services.site import ensure_site
from learning.models import (
    CourseIndexPage,
    CoursePage,
    Enrollment,
    LessonCompletion,
    LessonPage,
    ModulePage,
)
from learning.services.progress import recount_course


def run(command: str, **options: int | bool) -> str:
    out = StringIO()
    call_command(command, stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def stored_progress() -> list[tuple[int, int, str]]:
    return sorted(Enrollment.objects.values_list("pk", "lessons_done", "state"))


def counts() -> list[int]:
    models = (User, CoursePage, LessonPage, Quiz, Assignment, Enrollment, Attempt, Grade)
    return [model.objects.count() for model in (*models, LessonCompletion)]


def test_demo_without_debug_is_refused_and_makes_nothing(db):
    with pytest.raises(CommandError, match="--force"):
        run("demo")

    assert not CoursePage.objects.exists()


def test_demo_is_as_promised_and_a_second_run_changes_nothing(db):
    output = run("demo", force=True)
    first = counts()
    run("demo", force=True)

    assert counts() == first
    assert all(name in output for name in ("admin", "teacher", "student", "jeevi-demo"))
    tree = {
        course.slug: (
            ModulePage.objects.child_of(course).count(),
            LessonPage.objects.descendant_of(course).live().count(),
        )
        for course in CoursePage.objects.live()
    }
    assert tree == {
        "how-plants-live": (5, 20),
        "python-properly": (2, 5),
        "money-for-grown-ups": (2, 5),
    }
    assert (Quiz.objects.count(), Assignment.objects.count()) == (6, 3)
    assert User.objects.filter(role="teacher").count() == 3
    assert User.objects.filter(role="student").count() == 30
    used = {
        block.block_type
        for lesson in LessonPage.objects.descendant_of(
            CoursePage.objects.get(slug="how-plants-live")
        )
        for block in lesson.body
    }
    assert used == set(LessonPage.body.field.stream_block.child_blocks)


def test_demo_logins_work_and_each_dashboard_has_something_to_show(db):
    run("demo", force=True)
    for name in ("admin", "teacher", "student"):
        client = Client()
        assert client.login(username=name, password="jeevi-demo")
        html = client.get(reverse("dashboard"), follow=True).content.decode()
        assert "No course yet" not in html
        assert "Nothing waits for you" not in html
    student = User.objects.get(username="student")
    assert 0 < student.enrollments.count() < CoursePage.objects.live().count()
    teacher = User.objects.get(username="teacher")
    assert 0 < teacher.course_teams.count() < CoursePage.objects.live().count()


def test_demo_progress_equals_what_a_rebuild_finds(db):
    run("demo", force=True)
    before = stored_progress()
    for course in CoursePage.objects.all():
        recount_course(course.pk)

    assert stored_progress() == before


def test_seed_makes_what_is_asked_for_and_a_second_run_nothing_more(db):
    options = {"courses": 3, "lessons": 12, "students": 10, "enrollments": 25}
    run("seed", **options)
    first = counts()
    run("seed", **options)

    assert counts() == first
    assert CoursePage.objects.count() == 3
    assert LessonPage.objects.count() == 36
    assert Enrollment.objects.count() == 25
    assert {quiz.slots.count() for quiz in Quiz.objects.all()} == {20}
    assert Assignment.objects.count() == 3


def test_seeded_pages_are_found_served_and_sound(db, client):
    run("seed", courses=2, lessons=12, students=3, enrollments=5)
    before = stored_progress()
    for course in CoursePage.objects.all():
        recount_course(course.pk)

    assert stored_progress() == before
    assert CoursePage.find_problems() == ([], [], [], [], [])
    assert "Practice course 1" in client.get("/courses/", {"q": "practice"}).content.decode()
    assert client.login(username="student1", password="jeevi-demo")
    lesson = LessonPage.objects.descendant_of(
        Enrollment.objects.filter(student__username="student1")[0].course
    )[0]
    assert client.get(lesson.get_url()).status_code == 200


def test_seeded_teacher_may_open_the_editor(db, client):
    run("seed", courses=1, lessons=1, students=1, enrollments=1)
    assert client.login(username="teacher1", password="jeevi-demo")

    course = CoursePage.objects.get()
    assert client.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).status_code == 200


def test_seed_with_a_negative_number_is_refused(db):
    with pytest.raises(CommandError, match="--courses"):
        run("seed", courses=-1)


def test_site_is_made_once_and_keeps_what_people_changed(db):
    index = CourseIndexPage.objects.get()
    index.title = "Our courses"
    index.save()
    ensure_site()

    assert CourseIndexPage.objects.get().title == "Our courses"
