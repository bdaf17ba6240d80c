"""Who sees what of a course, by role and surface, by pages as they really answer."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker
from wagtail.models import Page

from accounts.models import Role, User
from accounts.tests.factories import AdminFactory, StudentFactory, TeacherFactory
from core import page_cache
from core.tests.module_data import made_once
from learning import permissions
from learning.access import Content, get_access
from learning.models import CourseDocument, CoursePage, LessonPage, ModulePage
from learning.services.courses import archive_course
from learning.services.enrollment import leave_course
from learning.tests.factories import (
    CourseDocumentFactory,
    CourseTeamFactory,
    LessonPageFactory,
    ModulePageFactory,
    enroll,
    make_course,
)
from learning.tests.work import hand_in, make_assignment

pytestmark = pytest.mark.django_db

SECRET = "zephyrquark"
SIGN_IN, GONE, SEEN = 302, 404, 200
PEOPLE = ["anonymous", "enrolled", "other_student", "withdrawn", "lead", "grader", "other_teacher"]
STAFF = {"lead", "grader", "admin"}


@dataclass
class Academy:
    """Course A with everything in it, course B beside it, and everybody who may ask."""

    course: CoursePage
    other: CoursePage
    module: ModulePage
    lesson: LessonPage
    preview: LessonPage
    draft: LessonPage
    document: CourseDocument
    people: dict[str, User | None]

    def client(self, who: str) -> Client:
        client, user = Client(), self.people[who]
        if user is not None:
            client.force_login(user)
        return client

    def status(self, who: str, page: Page) -> int:
        return self.client(who).get(page.get_url()).status_code

    def statuses(self, page: Page) -> dict[str, int]:
        return {who: self.status(who, page) for who in self.people}


@pytest.fixture(scope="module")
def built_academy(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Academy]:
    with made_once(django_db_blocker, build_academy) as academy:
        yield academy


@pytest.fixture
def academy(built_academy: Academy, db: None) -> Academy:
    return deepcopy(built_academy)


def build_academy() -> Academy:
    course, other = make_course(modules=0), make_course(lessons=1)
    document = CourseDocumentFactory(collection=course.collection)
    module = ModulePageFactory(parent=course)
    body = [("text", f"<p>{SECRET}</p>"), ("document", {"document": document, "title": ""})]
    lesson = LessonPageFactory(parent=module, body=body)
    preview = LessonPageFactory(parent=module, free_preview=True)
    draft = LessonPageFactory(parent=module, live=False, body=[("text", f"<p>{SECRET}</p>")])
    return Academy(
        course, other, module, lesson, preview, draft, document, make_people(course, other)
    )


def make_people(course: CoursePage, other: CoursePage) -> dict[str, User | None]:
    enrolled, other_student, withdrawn = StudentFactory.create_batch(3)
    enroll(enrolled, course)
    enroll(other_student, other)
    enroll(withdrawn, course)
    leave_course(student=withdrawn, course=course)
    return {
        "anonymous": None,
        "enrolled": enrolled,
        "other_student": other_student,
        "withdrawn": withdrawn,
        "lead": CourseTeamFactory(course=course, role="lead").user,
        "grader": CourseTeamFactory(course=course, role="grader").user,
        "other_teacher": CourseTeamFactory(course=other).user,
        "admin": AdminFactory(),
    }


def expected(seen: set[str], *, anonymous: int = GONE) -> dict[str, int]:
    people = [*PEOPLE, "admin"]
    found = {who: SEEN if who in seen else GONE for who in people}
    return {**found, "anonymous": SEEN if "anonymous" in seen else anonymous}


EVERYBODY = {*PEOPLE, "admin"}


def test_open_course_when_asked_is_shown_to_everybody(academy: Academy) -> None:
    assert academy.statuses(academy.course) == expected(EVERYBODY)


@pytest.mark.parametrize("kind", ["module", "lesson"])
def test_content_when_asked_is_shown_to_readers_and_staff_only(academy: Academy, kind: str) -> None:
    found = academy.statuses(getattr(academy, kind))
    assert found == expected({"enrolled", *STAFF}, anonymous=SIGN_IN)


def test_free_preview_when_asked_is_shown_to_everybody(academy: Academy) -> None:
    assert academy.statuses(academy.preview) == expected(EVERYBODY)


def test_free_preview_when_its_module_is_closed_to_the_reader_does_not_link_to_it(
    academy: Academy,
) -> None:
    link = f'href="{academy.module.get_url()}"'
    linked = {
        who for who in academy.people if link in academy.client(who).get(academy.preview.url).text
    }
    assert linked == {"enrolled", *STAFF}


def test_draft_when_asked_is_there_for_nobody(academy: Academy) -> None:
    assert academy.statuses(academy.draft) == expected(set())


def test_completed_student_when_asking_still_reads(academy: Academy) -> None:
    enrollment = academy.people["enrolled"].enrollments.get()
    enrollment.state, enrollment.completed_at = "completed", timezone.now()
    enrollment.save()
    assert academy.status("enrolled", academy.lesson) == SEEN


@pytest.mark.parametrize("state", ["waiting", "pending"])
def test_student_who_waits_when_asking_finds_nothing(academy: Academy, state: str) -> None:
    academy.people["enrolled"].enrollments.update(state=state)
    assert academy.status("enrolled", academy.lesson) == GONE


def test_unpublished_course_when_asked_leaves_its_lessons_to_staff(academy: Academy) -> None:
    academy.course.unpublish()
    assert academy.statuses(academy.course) == expected(set())
    for page in (academy.lesson, academy.preview):
        assert academy.statuses(page) == expected(STAFF)


def test_archived_course_when_asked_is_left_to_staff(academy: Academy) -> None:
    CoursePage.objects.filter(pk=academy.course.pk).update(archived_at=timezone.now())
    for page in (academy.course, academy.module, academy.lesson, academy.preview):
        assert academy.statuses(page) == expected(STAFF)


def test_unpublished_module_when_asked_takes_its_lessons_along(academy: Academy) -> None:
    academy.module.unpublish()
    assert academy.statuses(academy.module) == expected(set())
    for page in (academy.lesson, academy.preview):
        assert academy.statuses(page) == expected(STAFF)


def test_unpublished_lesson_when_asked_by_its_old_address_is_gone(academy: Academy) -> None:
    academy.lesson.unpublish()
    assert academy.statuses(academy.lesson) == expected(set())


def test_moved_lesson_when_asked_belongs_to_its_new_course(academy: Academy) -> None:
    before = academy.statuses(academy.lesson)
    assert before == expected({"enrolled", *STAFF}, anonymous=SIGN_IN)
    target = ModulePage.objects.child_of(academy.other).get()
    academy.lesson.move(target, pos="last-child")
    moved = LessonPage.objects.get(pk=academy.lesson.pk)
    found = academy.statuses(moved)
    seen = {"other_student", "other_teacher", "admin"}
    assert found == expected(seen, anonymous=SIGN_IN)


@pytest.mark.parametrize("way", ["copy", "alias"])
def test_lesson_elsewhere_when_asked_follows_its_new_course(academy: Academy, way: str) -> None:
    target = ModulePage.objects.child_of(academy.other).get()
    if way == "copy":
        twin = academy.lesson.copy(to=target, update_attrs={"slug": "twin"})
    else:
        twin = academy.lesson.create_alias(parent=target, update_slug="twin")
    seen = {"other_student", "other_teacher", "admin"}
    assert academy.statuses(twin) == expected(seen, anonymous=SIGN_IN)
    assert academy.status("enrolled", academy.lesson) == SEEN


def test_alias_of_a_course_when_asked_is_not_open_to_readers_of_its_source(
    academy: Academy,
) -> None:
    twin = academy.course.create_alias(
        recursive=True, update_slug="twin", parent=academy.course.get_parent()
    )
    lesson = LessonPage.objects.descendant_of(twin).live().order_by("path").first()
    assert academy.statuses(lesson) == expected({"admin"}, anonymous=SIGN_IN)


def test_refused_page_when_asked_answers_like_an_unknown_one(academy: Academy) -> None:
    client = academy.client("other_student")
    refused = client.get(academy.lesson.get_url())
    unknown = client.get(academy.module.get_url() + "no-such-lesson/")
    assert (refused.status_code, len(refused.content)) == (
        unknown.status_code,
        len(unknown.content),
    )
    assert header_names(refused) == header_names(unknown)
    assert SECRET not in refused.content.decode()


def header_names(response: Any) -> set[str]:
    return set(response.headers) - {"Content-Length"}


def test_anonymous_when_turned_away_is_led_back_after_signing_in(academy: Academy) -> None:
    url = academy.lesson.get_url()
    response = Client().get(f"{url}?from=mail")
    assert response["Location"] == f"/accounts/login/?next={url}%3Ffrom%3Dmail"
    assert SECRET not in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_lesson_when_shown_is_kept_by_no_shared_cache(academy: Academy) -> None:
    response = academy.client("enrolled").get(academy.lesson.get_url())
    assert SECRET in response.content.decode()
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert "Cookie" in response["Vary"]


def test_two_readers_of_one_cached_body_never_see_each_other(academy: Academy) -> None:
    """One has done the work that stands in it, the other has not, the third only teaches."""
    work = make_assignment(academy.course)
    academy.lesson.body = [("activity", {"activity": work})]
    academy.lesson.save_revision().publish()
    done = academy.people["enrolled"]
    hand_in(work, done)
    academy.people["waiting"] = enroll(StudentFactory(), academy.course).student
    for order in (1, -1):
        page_cache.clear()
        readers = ["enrolled", "waiting", "lead"][::order]
        url = academy.lesson.get_url()
        pages = {who: academy.client(who).get(url).content.decode() for who in readers}
        assert {who for who in readers if done.display_name in pages[who]} == {"enrolled"}
        assert {who for who in readers if "is-done" in pages[who]} == {"enrolled"}
        assert {who for who in readers if "Handed in" in pages[who]} == {"enrolled"}


def test_rights_when_they_end_are_gone_at_the_next_request(academy: Academy) -> None:
    student, lead = academy.client("enrolled"), academy.client("lead")
    url = academy.lesson.get_url()
    assert {client.get(url).status_code for client in (student, lead)} == {SEEN}
    leave_course(student=academy.people["enrolled"], course=academy.course)
    User.objects.filter(pk=academy.people["lead"].pk).update(role=Role.STUDENT)
    assert {client.get(url).status_code for client in (student, lead)} == {GONE}


def test_deactivated_reader_when_asking_is_nobody(academy: Academy) -> None:
    client, url = academy.client("enrolled"), academy.lesson.get_url()
    User.objects.filter(pk=academy.people["enrolled"].pk).update(is_active=False)
    assert client.get(url).status_code == SIGN_IN


# -- Other ways out -----------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/api/v2/pages/", "/api/v3/pages/", "/api/main/pages/"])
def test_page_api_when_asked_is_not_there(academy: Academy, path: str) -> None:
    for who in ("anonymous", "enrolled"):
        response = academy.client(who).get(path)
        assert response.status_code == GONE
        assert SECRET not in response.content.decode()


@pytest.mark.parametrize("who", ["anonymous", "enrolled", "other_student", "admin"])
def test_catalogue_when_searched_for_lesson_text_finds_nothing(academy: Academy, who: str) -> None:
    page = academy.client(who).get("/courses/", {"q": SECRET}).content.decode()
    assert "Nothing found" in page


def test_catalogue_when_listed_holds_open_courses_only(academy: Academy) -> None:
    CoursePage.objects.filter(pk=academy.course.pk).update(archived_at=timezone.now())
    academy.other.unpublish()
    for who in ("anonymous", "lead", "admin"):
        page = academy.client(who).get("/courses/").content.decode()
        assert academy.course.title not in page
        assert academy.other.title not in page


def test_preview_when_asked_by_others_than_editors_is_not_there(academy: Academy) -> None:
    academy.lesson.save_revision()
    for who in ("enrolled", "other_student", "other_teacher"):
        url = f"/admin/pages/{academy.lesson.pk}/view_draft/"
        response = academy.client(who).get(url)
        assert response.status_code in {SIGN_IN, 403, GONE}
        assert SECRET not in response.content.decode()


# -- Files --------------------------------------------------------------------------------------
@pytest.fixture
def file_status(academy: Academy) -> Iterator[Callable[[str], int]]:
    def ask(who: str) -> int:
        response = academy.client(who).get(academy.document.url)
        if response.streaming:
            b"".join(response.streaming_content)
        return response.status_code

    return ask


def test_file_when_asked_is_given_to_readers_and_staff(
    academy: Academy, file_status: Callable[[str], int]
) -> None:
    found = {who: file_status(who) for who in academy.people}
    assert found == expected({"enrolled", *STAFF}, anonymous=SIGN_IN)


def test_file_when_its_lesson_is_unpublished_is_left_to_staff(
    academy: Academy, file_status: Callable[[str], int]
) -> None:
    academy.lesson.unpublish()
    assert {who for who in academy.people if file_status(who) == SEEN} == STAFF


def test_file_when_taken_out_of_its_lesson_is_left_to_staff(
    academy: Academy, file_status: Callable[[str], int]
) -> None:
    academy.lesson.body = [("text", "<p>No file any more.</p>")]
    academy.lesson.save_revision().publish()
    assert file_status("enrolled") == GONE
    assert file_status("grader") == SEEN


def test_file_when_only_a_draft_holds_it_is_left_to_staff(
    academy: Academy, file_status: Callable[[str], int]
) -> None:
    academy.preview.body = [("document", {"document": academy.document, "title": ""})]
    academy.preview.save_revision()
    assert file_status("other_student") == GONE


def test_file_of_a_free_preview_when_asked_is_given_to_everybody(
    academy: Academy, file_status: Callable[[str], int]
) -> None:
    academy.preview.body = [("document", {"document": academy.document, "title": ""})]
    academy.preview.save_revision().publish()
    assert {file_status(who) for who in academy.people} == {SEEN}


def test_file_when_asked_again_is_sent_whole_and_never_kept(academy: Academy) -> None:
    client = academy.client("enrolled")
    headers = {
        "If-None-Match": f'"{academy.document.get_file_hash()}"',
        "If-Modified-Since": "Sun, 22 Nov 2099 10:00:00 GMT",
        "Range": "bytes=0-3",
    }
    response = client.get(academy.document.url, headers=headers)
    assert response.status_code == SEEN
    assert b"".join(response.streaming_content) == b"leaves under the lens"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["Content-Disposition"].startswith("attachment")
    assert not response.has_header("ETag")


@pytest.mark.parametrize("who", ["enrolled", "admin"])
def test_file_when_asked_by_another_name_is_not_there(academy: Academy, who: str) -> None:
    client = academy.client(who)
    assert client.get(f"/documents/{academy.document.pk}/other.pdf").status_code == GONE
    assert client.get(f"/documents/{academy.document.pk + 1}/worksheet.txt").status_code == GONE


# -- Signing in -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hide", "hidden"),
    [
        (lambda academy: academy.course.unpublish(), {"course", "lesson"}),
        (lambda academy: archive_course(course=academy.course, by=None), {"course", "lesson"}),
        (lambda academy: academy.lesson.get_parent().specific.unpublish(), {"lesson"}),
        (lambda academy: academy.lesson.unpublish(), {"lesson"}),
    ],
    ids=["course", "archived", "module", "lesson"],
)
def test_hidden_page_when_a_visitor_posts_to_it_does_not_tell_its_address(
    academy: Academy, hide: Callable[[Academy], object], hidden: set[str]
) -> None:
    posts = {
        "course": f"/learning/courses/{academy.course.pk}/enroll/",
        "lesson": f"/learning/lessons/{academy.lesson.pk}/complete/",
    }
    pages = {"course": academy.course.url, "lesson": academy.lesson.get_url()}
    hide(academy)
    told = {kind: Client().post(url)["Location"] for kind, url in posts.items()}
    assert told == {
        kind: f"/accounts/login/?next={'/' if kind in hidden else pages[kind]}" for kind in posts
    }


# -- Predicates ---------------------------------------------------------------------------------
def test_predicates_when_asked_for_anonymous_visitors_do_not_fail(academy: Academy) -> None:
    nobody = AnonymousUser()
    assert get_access(nobody, academy.course).is_open
    for row in (Content(academy.course), academy.lesson, academy.document):
        assert get_access(nobody, row).state == "sign in"
    assert not permissions.can_enroll(nobody, academy.course)
    assert not permissions.can_grade_course(nobody, academy.course)


def test_lesson_when_asked_for_stands_in_the_course_that_it_is_in_now(academy: Academy) -> None:
    admin = academy.people["admin"]
    place = get_access(admin, academy.lesson).place
    assert place is not None
    assert place.course == academy.course


def test_team_roles_when_asked_give_what_they_are_for(academy: Academy) -> None:
    lead, grader = academy.people["lead"], academy.people["grader"]
    teacher = TeacherFactory()
    CourseTeamFactory(course=academy.course, user=teacher, role="teacher")
    course = academy.course
    rights = {
        name: [getattr(permissions, name)(user, course) for user in (lead, teacher, grader)]
        for name in ("can_manage_team", "can_edit_course", "can_grade_course")
    }
    assert rights == {
        "can_manage_team": [True, False, False],
        "can_edit_course": [True, True, False],
        "can_grade_course": [True, True, True],
    }
