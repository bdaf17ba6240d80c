"""The demo academy and the load data: made twice is the same as made once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import User
from assessments.models import Assignment, Attempt, Grade, Quiz
from home.services.seed import WHEN
from home.services.site import ensure_site
from learning.models import (
    CourseIndexPage,
    CoursePage,
    Enrollment,
    EnrollmentEvent,
    LessonCompletion,
    LessonPage,
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


@pytest.mark.parametrize("lessons", range(6))
def test_seed_with_few_lessons_stores_what_a_rebuild_finds(db, lessons):
    run("seed", courses=2, lessons=lessons, students=10, enrollments=20)
    before = list(Enrollment.objects.order_by("pk").values_list())
    run("rebuild_progress")

    assert list(Enrollment.objects.order_by("pk").values_list()) == before
    assert not EnrollmentEvent.objects.exists()
    completed = Enrollment.objects.filter(state="completed")
    assert completed.exists() == (1 <= lessons <= 4)


def test_seed_where_some_lessons_do_not_count_stores_what_a_rebuild_finds(db):
    run("seed", courses=1, lessons=4, students=10, enrollments=0)
    optional, hidden = LessonPage.objects.order_by("path")[:2]
    optional.required = False
    optional.save()
    hidden.unpublish()
    run("seed", courses=1, lessons=4, students=10, enrollments=10)
    before = list(Enrollment.objects.order_by("pk").values_list())
    run("rebuild_progress")

    assert list(Enrollment.objects.order_by("pk").values_list()) == before


def test_seed_dates_what_students_did_the_same_at_any_time(db):
    run("seed", courses=1, lessons=2, students=10, enrollments=10)

    assert set(Enrollment.objects.values_list("enrolled_at")) == {(WHEN,)}
    assert set(Enrollment.objects.values_list("completed_at")) == {(None,), (WHEN,)}
    assert set(LessonCompletion.objects.values_list("completed_at")) == {(WHEN,)}
    students = User.objects.filter(role="student")
    assert set(students.values_list("date_joined")) == {(WHEN,)}


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
