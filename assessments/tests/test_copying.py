"""A course copied in the CMS takes its activities along, and its lessons hold the copies."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from wagtail import blocks

from accounts.models import User
from accounts.roles import sync_roles
from assessments.models import Assignment, GradeItem, Question, Quiz
from assessments.tests.factories import make_assignment, make_course, make_quiz, make_user
from learning.blocks.activity import ActivityBlock, replace_activities
from learning.models import Activity, CoursePage, LessonActivity, LessonPage
from learning.registries import activity_kinds
from learning.services.copying import copy_activities
from learning.services.editor_rights import sync_editor_rights
from learning.tests.factories import LessonPageFactory, ModulePageFactory
from learning.tests.nested import box_in_lessons, box_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def box() -> Iterator[None]:
    """A container is among the blocks of lessons while a test runs."""
    with box_in_lessons():
        yield


@pytest.fixture
def teacher() -> User:
    user = make_user("teacher")
    sync_roles()
    sync_editor_rights()
    return user


@pytest.fixture
def course(teacher: User) -> CoursePage:
    return make_course(team=[teacher])


def place(activity: Any) -> tuple[str, Any]:
    return ("activity", {"activity": activity, "display": "card"})


def make_lesson(course: CoursePage, *body: tuple[str, Any], **fields: Any) -> LessonPage:
    module = ModulePageFactory(parent=CoursePage.objects.get(pk=course.pk))
    lesson = LessonPageFactory(parent=module, body=list(body), **fields)
    lesson.save_revision()
    return lesson


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def copy_in_cms(page: Any, client: Client, **values: str) -> Any:
    """What the CMS's form "Copy" makes of a page."""
    data = {
        "new_title": "Again",
        "new_slug": "again",
        "new_parent_page": page.get_parent().pk,
        "copy_subpages": "on",
        **values,
    }
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])
    sent = {name: value for name, value in data.items() if value}
    assert client.post(address, sent).status_code == 302
    return type(page).objects.get(slug="again")


def copy_pages(course: CoursePage, slug: str) -> CoursePage:
    """As a program does it: what belongs to the course beside its pages is not copied yet."""
    attributes = {"slug": slug, "collection": None}
    return CoursePage.objects.get(pk=course.pk).copy(recursive=True, update_attrs=attributes)


def held_in(course: CoursePage) -> list[tuple[int, str]]:
    """The activities in the stored bodies of a course's lessons: course and title."""
    rows = LessonActivity.objects.filter(lesson__in=LessonPage.objects.descendant_of(course))
    rows = rows.order_by("lesson__path", "position")
    return list(rows.values_list("activity__course", "activity__title"))


def test_copied_course_has_copies_of_its_activities_at_any_depth_of_its_lessons(
    course: CoursePage, teacher: User
) -> None:
    quiz = make_quiz(course, title="Roots", questions=2)
    essay = make_assignment(course, title="Diary", published=False)
    make_assignment(course, title="Old", archived=True)
    make_quiz(course, title="Final exam")
    make_lesson(course, place(quiz), box_with(essay, further=[quiz, essay]))
    client = sign_in(teacher)
    copy = copy_in_cms(course, client)
    assert "3 activities were copied, too." in client.get(reverse("wagtailadmin_home")).text
    titles = ["Roots", "Diary", "Roots", "Diary"]
    assert held_in(copy) == [(copy.pk, title) for title in titles]
    assert held_in(course) == [(course.pk, title) for title in titles]
    copies = Activity.objects.filter(course=copy)
    assert [one.title for one in copies] == ["Diary", "Final exam", "Roots"]
    assert not copies.filter(published=True).exists()
    assert isinstance(copies.get(title="Diary").specific, Assignment)
    copied = Quiz.objects.get(course=copy, title="Roots")
    assert Question.objects.filter(slots__quiz=copied, course=copy).count() == 2
    assert copied.slots.count() == 2
    assert not GradeItem.objects.filter(course=copy).exists(), "made when they are published"


def test_drafts_and_older_versions_of_copied_lessons_hold_the_copies(
    course: CoursePage, teacher: User
) -> None:
    quiz, essay = make_quiz(course, title="Roots"), make_assignment(course, title="Diary")
    lesson = make_lesson(course, place(quiz))
    lesson.body = [box_with(essay)]
    lesson.save_revision()
    copy = copy_in_cms(course, sign_in(teacher))
    copied = LessonPage.objects.descendant_of(copy).get()
    assert held_in(copy) == [(copy.pk, "Roots")]
    draft = copied.get_latest_revision_as_object()
    assert draft.body[0].value["content"][0].value["activity"].course_id == copy.pk
    values = [revision.as_object().body[0].value for revision in copied.revisions.all()]
    older = [value["activity"] for value in values if "activity" in value]
    assert older
    assert {activity.course_id for activity in older} == {copy.pk}
    draft.save_revision().publish()
    assert held_in(copy) == [(copy.pk, "Diary")]


@pytest.mark.parametrize("what", ["lesson", "course without its pages", "alias"])
def test_activities_stay_where_no_course_with_its_pages_was_copied(
    course: CoursePage, teacher: User, what: str
) -> None:
    quiz = make_quiz(course)
    lesson = make_lesson(course, place(quiz))
    if what == "lesson":
        copy = copy_in_cms(lesson, sign_in(teacher))
        assert copy.body[0].value["activity"].pk == quiz.pk
    else:
        values = {"alias": "on"} if what == "alias" else {"copy_subpages": ""}
        copy_in_cms(course, sign_in(make_user("admin", is_superuser=True)), **values)
    assert list(Activity.objects.all()) == [quiz.activity_ptr]


def test_copying_again_or_failing_half_way_leaves_no_second_set(
    course: CoursePage, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_quiz(course)
    essay = make_assignment(course)
    make_lesson(course, place(essay))
    copy = copy_pages(course, "again")
    with monkeypatch.context() as patch:
        patch.setattr(activity_kinds["assignment"], "copy", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            copy_activities(source=course, target=copy, by=teacher)
    assert not Activity.objects.filter(course=copy).exists()
    assert copy_activities(source=course, target=copy, by=teacher) == 2
    assert copy_activities(source=course, target=copy, by=teacher) == 0
    assert held_in(copy) == [(copy.pk, essay.title)]


@pytest.mark.parametrize("make", [make_quiz, make_assignment])
def test_each_activity_costs_the_same_number_of_queries(
    teacher: User, make: Callable[..., Any]
) -> None:
    costs = {}
    for number in (1, 2, 20):
        course = make_course(team=[teacher])
        made = [make(course) for _activity in range(number)]
        make_lesson(course, *[place(activity) for activity in made])
        copy = copy_pages(course, f"copy-{number}")
        with CaptureQueriesContext(connection) as queries:
            assert copy_activities(source=course, target=copy, by=teacher) == number
        assert len(held_in(copy)) == number
        costs[number] = len(queries)
    assert costs[20] - costs[2] == 18 * (costs[2] - costs[1])


class Tree(blocks.StreamBlock):
    """Every kind of container around activities."""

    activity = ActivityBlock()
    text = blocks.CharBlock()
    box = blocks.StructBlock(
        [
            ("one", ActivityBlock()),
            ("many", blocks.ListBlock(ActivityBlock())),
            ("inner", blocks.StreamBlock([("activity", ActivityBlock())])),
        ]
    )


keys = st.none() | st.integers(1, 9)
activities = st.builds(lambda key: {"activity": key, "display": "card"}, keys)


def children(name: str, values: Any) -> Any:
    return st.builds(lambda value: {"type": name, "value": value, "id": "x"}, values)


boxes = st.fixed_dictionaries(
    {
        "one": activities,
        "many": st.lists(children("item", activities), max_size=3),
        "inner": st.lists(children("activity", activities), max_size=3),
        "gone": st.integers(1, 9),
    }
)
bodies = st.lists(
    children("activity", activities)
    | children("text", st.text())
    | children("box", boxes)
    | children("gone", st.integers(1, 9))
)


@given(body=bodies, replacements=st.dictionaries(st.integers(1, 9), st.integers(10, 99)))
def test_replacing_changes_activities_and_nothing_else(
    body: list[Any], replacements: dict[int, int]
) -> None:
    def expect(value: Any) -> Any:
        if isinstance(value, list):
            return [expect(one) for one in value]
        if isinstance(value, dict):
            key = value.get("activity")
            changed = {name: expect(one) for name, one in value.items()}
            return changed | (
                {"activity": replacements.get(key, key)} if "display" in value else {}
            )
        return value

    before = repr(body)
    assert replace_activities(Tree(), body, replacements) == expect(body)
    assert repr(body) == before
