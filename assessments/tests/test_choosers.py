"""Choosing work for a lesson: out of one's own courses."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from assessments.models import Assignment, Quiz
from assessments.tests.cms import make_author
from assessments.tests.factories import make_assignment, make_course, make_lesson, make_quiz
from learning.blocks.activity import ActivityChooserBlock
from learning.choosers import activity_chooser_viewset
from learning.models import CoursePage, CourseTeam

pytestmark = pytest.mark.django_db
KINDS = ("quiz", "assignment")


@pytest.fixture
def works(course: CoursePage) -> dict[str, Any]:
    return {
        "quiz": make_quiz(course, title="Mine"),
        "assignment": make_assignment(course, title="Mine"),
    }


@pytest.fixture
def theirs(db: None) -> dict[str, Any]:
    course = make_course(title="Theircourse", team=[make_author()])
    return {
        "quiz": make_quiz(course, title="Theirs"),
        "assignment": make_assignment(course, title="Theirs"),
    }


def address(view: str, *args: Any) -> str:
    return reverse(activity_chooser_viewset.get_url_name(view), args=args)


@pytest.fixture
def cms(client: Client, teacher: User) -> Client:
    client.force_login(teacher)
    return client


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("view", ["choose", "choose_results"])
@pytest.mark.parametrize("query", ["", "?q=the", "?q=%00%22", "?q=" + "x" * 500])
def test_list_and_search_hold_only_own_work(
    cms: Client, works: Any, theirs: Any, kind: str, view: str, query: str
) -> None:
    response = cms.get(address(view) + query)
    assert response.status_code == 200
    assert b"Their" not in response.content
    assert (b"Mine" in response.content) == ("the" not in query)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("view", ["choose", "choose_results"])
def test_lesson_that_is_written_is_offered_the_work_of_its_course(
    cms: Client, teacher: User, works: Any, kind: str, view: str
) -> None:
    other = make_course(title="Mycourse", team=[teacher])
    make_work = {"quiz": make_quiz, "assignment": make_assignment}[kind]
    make_work(other, title="Elsewhere")
    lesson = make_lesson(works[kind].course)
    for editor in (
        reverse("wagtailadmin_pages:edit", args=[lesson.pk]),
        reverse("wagtailadmin_pages:add", args=["learning", "lessonpage", lesson.get_parent().pk]),
    ):
        page = cms.get(address(view), headers={"referer": f"http://testserver{editor}"})
        assert b"Mine" in page.content
        assert b"Elsewhere" not in page.content


def assert_own_work_only(cms: Client, kind: str, referer: str) -> None:
    page = cms.get(address("choose"), headers={"referer": referer})
    assert b"Mine" in page.content
    assert b"Theirs" not in page.content


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "referer", ["", "http://[", "/admin/pages/999999/edit/", "/nowhere/", "/admin/pages/1/edit/"]
)
def test_editor_that_is_in_no_course_is_offered_all_own_work(
    cms: Client, works: Any, theirs: Any, kind: str, referer: str
) -> None:
    assert_own_work_only(cms, kind, referer)


@pytest.mark.parametrize("kind", KINDS)
def test_address_of_another_teachers_course_changes_nothing(
    cms: Client, works: Any, theirs: Any, kind: str
) -> None:
    editor = reverse("wagtailadmin_pages:edit", args=[theirs[kind].course.pk])
    assert_own_work_only(cms, kind, editor)


@pytest.mark.parametrize("kind", KINDS)
def test_search_finds_by_title_and_by_course(
    cms: Client, works: Any, course: CoursePage, kind: str
) -> None:
    for term in ("min", course.title):
        page = cms.get(address("choose_results"), {"q": term})
        assert b"Mine" in page.content


@pytest.mark.parametrize("kind", KINDS)
def test_chosen_work_is_handed_to_the_editor(cms: Client, works: Any, kind: str) -> None:
    response = cms.get(address("chosen", works[kind].pk))
    result = json.loads(response.content)["result"]
    assert (result["id"], result["title"]) == (str(works[kind].pk), "Mine")
    assert result["edit_url"] == reverse(
        f"assessments_{kind}_modeladmin_edit", args=[works[kind].pk]
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", [None, "0", "abc", "9" * 30])
def test_guessed_key_of_another_course_is_not_there(
    cms: Client, theirs: Any, kind: str, key: str | None
) -> None:
    response = cms.get(address("chosen", key or theirs[kind].pk))
    assert response.status_code == 404
    assert b"Their" not in response.content


@pytest.mark.parametrize("kind", KINDS)
def test_several_chosen_at_once_leave_out_what_is_not_own(
    cms: Client, works: Any, theirs: Any, kind: str
) -> None:
    keys = [works[kind].pk, theirs[kind].pk, "abc"]
    response = cms.get(address("chosen_multiple"), {"id": keys, "multiple": "1"})
    results = json.loads(response.content)["result"]
    assert [row["title"] for row in results] == ["Mine"]


@pytest.mark.parametrize("kind", KINDS)
def test_key_that_no_row_can_have_is_not_there(cms: Client, kind: str) -> None:
    keys = {"id": "9" * 30, "multiple": "1"}
    assert cms.get(address("chosen_multiple"), keys).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_archived_work_is_not_offered(cms: Client, works: Any, kind: str) -> None:
    Quiz.objects.update(archived=True)
    Assignment.objects.update(archived=True)
    assert b"Mine" not in cms.get(address("choose")).content
    assert cms.get(address("chosen", works[kind].pk)).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_grader_places_nothing(client: Client, works: Any, course: CoursePage, kind: str) -> None:
    grader = make_author()
    CourseTeam.objects.create(course=course, user=grader, role="grader")
    client.force_login(grader)
    assert b"Mine" not in client.get(address("choose")).content


@pytest.mark.parametrize("kind", KINDS)
def test_administrator_chooses_everywhere(client: Client, theirs: Any, kind: str) -> None:
    client.force_login(make_author(Role.ADMIN))
    assert b"Theirs" in client.get(address("choose")).content


@pytest.mark.parametrize("kind", KINDS)
def test_student_and_visitor_get_no_list(
    client: Client, student: User, works: Any, kind: str
) -> None:
    assert client.get(address("choose")).status_code == 302
    client.force_login(student)
    response = client.get(address("choose"))
    assert response.status_code in (302, 403, 404)
    assert b"Mine" not in response.content


def test_block_of_lessons_finds_its_chooser() -> None:
    block = ActivityChooserBlock()
    assert block.widget.model_class is block.target_model
