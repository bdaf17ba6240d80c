"""The demo academy and the load data: made twice is the same as made once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Collection, Page

from accounts.models import User
from assessments.models import Assignment, Attempt, Grade, Quiz
from core.models import Job
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
from learning.selectors.structure import list_stale_course_ids
from learning.services.progress import recount_course
from learning.services.structure import RECOUNT_COURSE
from learning.tests.factories import make_course


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


def test_seeded_courses_store_the_figures_that_a_refresh_finds(db):
    run("seed", courses=2, lessons=12, students=1, enrollments=1)
    names = ("lesson_count", "required_count", "required_digest", "total_minutes")
    stored = list(CoursePage.objects.order_by("pk").values_list(*names))
    assert {row[0] for row in stored} == {12}
    Job.objects.all().delete()
    run("rebuild_progress")

    assert list(CoursePage.objects.order_by("pk").values_list(*names)) == stored
    assert not Job.objects.filter(name=RECOUNT_COURSE).exists()
    assert list_stale_course_ids() == []


def test_seed_beside_other_courses_leaves_sound_trees_in_the_order_of_names(db):
    root = Collection.get_first_root_node()
    for name in ("Algebra", "Zoology"):
        root.add_child(name=name)
    make_course(title="Zoology")
    run("seed", courses=2, lessons=1, students=1, enrollments=1)
    run("seed", courses=12, lessons=1, students=1, enrollments=1)

    for tree in (Page, Collection):
        assert tree.find_problems() == ([], [], [], [], [])
    names = list(Collection.get_first_root_node().get_children().values_list("name", flat=True))
    assert names == sorted(names)
    assert len({course.collection_id for course in CoursePage.objects.all()}) == 13


def test_seeded_lessons_are_found_by_search(db):
    run("seed", courses=1, lessons=2, students=1, enrollments=1)

    assert [page.title for page in LessonPage.objects.search("lesson 2")] == ["Lesson 2"]


def test_seed_of_more_courses_takes_no_queries_for_each(db):
    run("seed", courses=1, lessons=1, students=1, enrollments=0)
    counts = []
    for courses in (4, 14):  # SQLite takes large inserts in several statements
        with CaptureQueriesContext(connection) as queries:
            run("seed", courses=courses, lessons=2, students=1, enrollments=0)
        counts.append(len(queries))

    assert counts[1] - counts[0] < 10


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
