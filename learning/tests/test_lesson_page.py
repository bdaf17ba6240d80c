"""A lesson's page: what is cached, what is personal, what it costs, what it writes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.contrib.redirects.models import Redirect

from accounts.models import User
from accounts.tests.factories import AdminFactory, StudentFactory
from core import page_cache
from learning import rendering
from learning.models import CoursePage, Enrollment, LessonCompletion, LessonPage, ModulePage
from learning.rendering import get_segments
from learning.services.enrollment import SEEN_EVERY, WRITTEN_BY_READING
from learning.tests.factories import (
    CourseDocumentFactory,
    CourseTeamFactory,
    LessonPageFactory,
    enroll,
    lessons_of,
    make_course,
)
from learning.tests.work import hand_in, make_assignment, make_quiz

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
BUDGET = 8


def count_warm(client: Client, url: str) -> int:
    """Queries of the second look at a page: the first one fills caches and writes “last seen”."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def make_lesson(course: CoursePage, *blocks: tuple[str, Any], **fields: Any) -> LessonPage:
    module = ModulePage.objects.child_of(course).first()
    return LessonPageFactory(parent=module, body=list(blocks), **fields)


# -- What it costs ------------------------------------------------------------------------------
def add_lessons(course: CoursePage, number: int) -> None:
    module = ModulePage.objects.child_of(course).get()
    for _lesson in range(number):
        LessonPageFactory(parent=module)


def test_lesson_page_when_the_course_grows_takes_the_same_queries(client_of: SignIn) -> None:
    course = make_course(lessons=3)
    client = client_of(enroll(StudentFactory(), course).student)
    url = lessons_of(course)[1].get_url()
    few = count_warm(client, url)
    add_lessons(course, 60)
    assert count_warm(client, url) == few <= BUDGET


def test_lesson_page_with_every_kind_of_block_keeps_its_budget(client_of: SignIn) -> None:
    course = make_course(lessons=3)
    document = CourseDocumentFactory(collection=course.collection)
    link = f'<p><a linktype="page" id="{course.pk}">the course</a></p>'
    lesson = make_lesson(
        course,
        ("text", link),
        ("document", {"document": document, "title": ""}),
        ("video", {"url": "https://youtu.be/dQw4w9WgXcQ", "title": "a", "caption": ""}),
        ("activity", {"activity": make_quiz(course)}),
        ("activity", {"activity": make_assignment(course)}),
    )
    client = client_of(enroll(StudentFactory(), course).student)
    assert count_warm(client, lesson.get_url()) <= BUDGET


@pytest.mark.parametrize("page", ["course", "module", "catalogue"])
def test_other_pages_when_the_academy_grows_take_the_same_queries(
    client_of: SignIn, page: str
) -> None:
    course = make_course(lessons=2)
    CourseTeamFactory(course=course)
    client = client_of(enroll(StudentFactory(), course).student)
    module = ModulePage.objects.child_of(course).get()
    url = {"course": course.url, "module": module.get_url(), "catalogue": "/courses/"}[page]
    few = count_warm(client, url)
    add_lessons(course, 20)
    for other in [make_course(lessons=1) for _ in range(8)]:
        CourseTeamFactory(course=other)
        enroll(StudentFactory(), other)
    assert count_warm(client, url) == few


# -- What is cached -----------------------------------------------------------------------------
def test_body_when_asked_again_is_not_rendered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    course = make_course(lessons=1)
    lesson = lessons_of(course)[0]
    rendered = []

    def render(body: Any) -> Any:
        rendered.append(body)
        return original(body)

    original = rendering.render_segments
    monkeypatch.setattr(rendering, "render_segments", render)
    with CaptureQueriesContext(connection) as queries:
        for _time in range(3):
            get_segments(lesson)
    assert len(rendered) == 1
    assert len(queries) == 0
    with translation.override("hi"):
        get_segments(lesson)
    assert len(rendered) == 2


def test_lesson_when_published_anew_shows_its_new_text(client_of: SignIn) -> None:
    course = make_course(lessons=1)
    client = client_of(enroll(StudentFactory(), course).student)
    lesson = lessons_of(course)[0]
    client.get(lesson.get_url())
    lesson.body = [("text", "<p>quite new words</p>")]
    revision = lesson.save_revision()
    assert "quite new words" not in client.get(lesson.get_url()).content.decode()
    revision.publish()
    assert "quite new words" in client.get(lesson.get_url()).content.decode()


def test_lesson_when_its_file_is_renamed_links_the_new_name(client_of: SignIn) -> None:
    course = make_course(lessons=1)
    document = CourseDocumentFactory(collection=course.collection)
    lesson = make_lesson(course, ("document", {"document": document, "title": ""}))
    client = client_of(enroll(StudentFactory(), course).student)
    assert "Worksheet" in client.get(lesson.get_url()).content.decode()
    document.title = "Leaves"
    document.save()
    assert "Leaves" in client.get(lesson.get_url()).content.decode()


def test_page_when_the_cache_is_gone_is_shown_all_the_same(client_of: SignIn) -> None:
    course = make_course(lessons=1)
    client = client_of(enroll(StudentFactory(), course).student)
    url = lessons_of(course)[0].get_url()
    first = client.get(url).content
    page_cache.clear()
    assert len(client.get(url).content) == len(first)


# -- What is personal ---------------------------------------------------------------------------
def test_work_when_shown_has_the_readers_own_state(client_of: SignIn) -> None:
    course = make_course(lessons=1)
    work = make_assignment(course)
    lesson = make_lesson(course, ("activity", {"activity": work}))
    done, waiting = (enroll(StudentFactory(), course).student for _ in range(2))
    hand_in(work, done)
    pages = [client_of(user).get(lesson.get_url()).content.decode() for user in (done, waiting)]
    assert ["is-done" in page for page in pages] == [True, False]
    assert all(f"/assessments/assignments/{work.pk}/" in page for page in pages)
    assert ["Mark complete" in page for page in pages] == [True, False]


def test_work_that_is_not_published_when_shown_is_left_out(client_of: SignIn) -> None:
    course = make_course(lessons=1)
    lesson = make_lesson(
        course, ("activity", {"activity": make_quiz(course, title="Hidden quiz", published=False)})
    )
    page = client_of(enroll(StudentFactory(), course).student).get(lesson.get_url())
    assert "Hidden quiz" not in page.content.decode()
    assert "Mark complete" in page.content.decode()


def test_work_of_another_course_in_a_copied_lesson_is_left_out(client_of: SignIn) -> None:
    source, target = make_course(lessons=0), make_course(lessons=0)
    lesson = make_lesson(
        source, ("activity", {"activity": make_quiz(source, title="Foreign quiz")})
    )
    module = ModulePage.objects.child_of(target).get()
    student = enroll(StudentFactory(), target).student
    for twin in (
        lesson.copy(to=module, update_attrs={"slug": "copied"}),
        lesson.create_alias(parent=module, update_slug="aliased"),
    ):
        page = client_of(student).get(twin.get_url()).content.decode()
        assert "Foreign quiz" not in page
        assert "Mark complete" in page


def test_ticks_when_shown_are_the_readers_own(client_of: SignIn) -> None:
    course = make_course(lessons=2)
    first, second = lessons_of(course)
    ahead, behind = (enroll(StudentFactory(), course) for _ in range(2))
    LessonCompletion.objects.create(enrollment=ahead, lesson=first, how="marked")
    pages = [
        client_of(one.student).get(second.get_url()).content.decode() for one in (ahead, behind)
    ]
    assert [page.count("tick--done") for page in pages] == [1, 0]
    assert 'value="50"' in pages[0]


def test_outline_when_shown_to_a_stranger_opens_previews_only(client_of: SignIn) -> None:
    course = make_course(lessons=2)
    preview, locked = lessons_of(course)
    LessonPage.objects.filter(pk=preview.pk).update(free_preview=True)
    CoursePage.objects.update(structure_version=99)
    page = Client().get(preview.get_url()).content.decode()
    assert locked.title in page
    assert f'href="{locked.get_url()}"' not in page
    assert "Mark complete" not in page


def test_free_preview_is_named_to_those_who_are_not_enrolled_only(client_of: SignIn) -> None:
    course = make_course(lessons=2)
    preview, _locked = lessons_of(course)
    LessonPage.objects.filter(pk=preview.pk).update(free_preview=True)
    CoursePage.objects.update(structure_version=99)
    student = client_of(enroll(StudentFactory(), course).student)
    assert Client().get(course.url).content.decode().count("Free preview") == 1
    assert "Free preview" not in student.get(course.url).content.decode()
    assert Client().get(preview.get_url()).content.decode().count("Free preview") == 2
    assert "Free preview" not in student.get(preview.get_url()).content.decode()


# -- What it writes -----------------------------------------------------------------------------
def test_reading_when_it_goes_on_writes_where_one_is_and_nothing_else(client_of: SignIn) -> None:
    course = make_course(lessons=2)
    enrollment = enroll(StudentFactory(), course)
    client, (first, second) = client_of(enrollment.student), lessons_of(course)
    assert WRITTEN_BY_READING == ("last_seen_at", "last_lesson")
    assert count_writes(client, first.get_url()) == 1
    assert count_writes(client, first.get_url()) == 0
    assert count_writes(client, second.get_url()) == 1
    Enrollment.objects.update(last_seen_at=timezone.now() - SEEN_EVERY - timedelta(seconds=1))
    assert count_writes(client, second.get_url()) == 1
    enrollment.refresh_from_db()
    assert enrollment.last_lesson == second
    assert count_writes(client, course.url) == 0
    assert "Continue" in client.get(course.url).content.decode()


def count_writes(client: Client, url: str) -> int:
    """Rows written, without what a cache keeps in the database."""
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    writes = ("INSERT", "UPDATE", "DELETE")
    rows = [q["sql"] for q in queries if q["sql"].startswith(writes)]
    return len([sql for sql in rows if "core_cache" not in sql])


def test_preview_when_an_editor_looks_writes_nothing(client_of: SignIn) -> None:
    course = make_course(lessons=1)
    lesson = lessons_of(course)[0]
    lesson.body = [("text", "<p>draft words</p>")]
    lesson.save_revision()
    client = client_of(AdminFactory(is_superuser=True, is_staff=True))
    url = f"/admin/pages/{lesson.pk}/view_draft/"
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url).content.decode()
    assert "draft words" in page
    writes = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql for sql in writes if "learning_" in sql] == []
    page_cache.clear()
    assert "draft words" not in client.get(lesson.get_url()).content.decode()


@pytest.mark.parametrize("kind", ["course", "module", "catalogue"])
def test_page_when_previewed_in_the_cms_is_shown(client_of: SignIn, kind: str) -> None:
    course = make_course(lessons=1)
    pages = {
        "course": course,
        "module": ModulePage.objects.child_of(course).get(),
        "catalogue": course.get_parent().specific,
    }
    page = pages[kind]
    page.save_revision()
    client = client_of(AdminFactory(is_superuser=True, is_staff=True))
    response = client.get(f"/admin/pages/{page.pk}/view_draft/")
    assert response.status_code == 200
    assert page.title in response.content.decode()


# -- Addresses ----------------------------------------------------------------------------------
def test_address_without_its_last_slash_is_completed() -> None:
    course = make_course()
    response = Client().get(course.url.rstrip("/"))
    assert (response.status_code, response["Location"]) == (301, course.url)


@pytest.mark.parametrize("path", ["/courses/nothing/", "/courses/a/b/c/", "/courses/a/b/c/d/e/"])
def test_unknown_address_when_asked_is_not_there(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_redirect_below_the_catalogue_when_asked_is_followed() -> None:
    course = make_course()
    Redirect.add_redirect("/courses/old-name/", course.url, is_permanent=True)
    response = Client().get("/courses/old-name/")
    assert (response.status_code, response["Location"]) == (301, course.url)


def test_lesson_of_one_course_when_asked_below_another_is_not_there(client_of: SignIn) -> None:
    one, other = make_course(lessons=1), make_course(lessons=1)
    client, lesson = client_of(AdminFactory()), lessons_of(one)[0]
    module = ModulePage.objects.child_of(other).get()
    assert client.get(f"{module.get_url()}{lesson.slug}/").status_code == 404
    assert client.post(lesson.get_url()).status_code == 405
