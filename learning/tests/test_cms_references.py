"""What a page points at: guessed keys of another course's things tell nothing about them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from learning.models import CoursePage
from learning.tests.cms_forms import course_form, lesson_form, link_to
from learning.tests.cms_world import SECRET, CmsWorld, CourseWorld, build_course
from learning.tests.work import make_assignment, make_quiz

SignIn = Callable[[User], Client]
INVALID = {"type": "heading", "-text": "Water", "-level": "9"}
ACTIVITIES = ["quiz", "assignment"]
OF_COURSES = ["picture", "description"]
OF_LESSONS = ["image", "document", *ACTIVITIES, "text", "callout"]


def block_of(kind: str, course: CourseWorld) -> dict[str, Any]:
    """A block that points at something of this course."""
    title = course.course.title
    value: dict[str, Callable[[], dict[str, Any]]] = {
        "image": lambda: {"-image-image": course.image.pk, "-image-alt_text": "x", "-caption": ""},
        "document": lambda: {"-document": course.document.pk, "-title": ""},
        "quiz": lambda: {
            "-activity": make_quiz(course.course, title=f"Quiz of {title}").pk,
            "-display": "card",
        },
        "assignment": lambda: {
            "-activity": make_assignment(course.course, title=f"Work of {title}").pk,
            "-display": "card",
        },
        "text": lambda: {"": link_to(course.draft.pk)},
        "callout": lambda: {"-kind": "tip", "-title": "", "-text": link_to(course.lesson.pk)},
    }
    return {"type": "activity" if kind in ACTIVITIES else kind, **value[kind]()}


def form_of(kind: str, course: CourseWorld, into: CourseWorld, *, broken: bool) -> dict[str, Any]:
    """The form of a page of `into` which points at something of `course`."""
    if kind in OF_LESSONS:
        blocks = [block_of(kind, course), *([INVALID] if broken else [])]
        return lesson_form(into.lesson, *blocks, **{"action-submit": "1"})
    value = {"picture": course.image.pk, "description": link_to(course.draft.pk)}[kind]
    level = "none" if broken else "all"
    return course_form(title="Beech", slug=into.course.slug, level=level, **{kind: value})


def addresses_of(kind: str, world: CmsWorld) -> list[str]:
    """Of editing, adding and previewing: a lesson or a course of Ben."""
    lesson = kind in OF_LESSONS
    page, parent = (world.b.lesson, world.b.module) if lesson else (world.b.course, world.index)
    new = ["learning", page._meta.model_name, parent.pk]
    return [
        *(reverse(f"wagtailadmin_pages:{name}", args=new) for name in ("add", "preview_on_add")),
        *(
            reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
            for name in ("edit", "preview_on_edit")
        ),
    ]


@pytest.mark.parametrize("broken", [False, True], ids=["alone", "beside something invalid"])
@pytest.mark.parametrize("kind", OF_COURSES + OF_LESSONS)
def test_thing_of_another_course_when_its_key_is_guessed_is_not_there(
    world: CmsWorld, client_of: SignIn, kind: str, *, broken: bool
) -> None:
    client = client_of(world.ben)
    data = form_of(kind, world.a, world.b, broken=broken)
    for address in addresses_of(kind, world)[2 if kind == "picture" else 0 :]:
        response = client.post(address, data)
        assert_nothing_of_ann(response, address)
        assert response.status_code == 404, address
        if "preview" in address:
            assert_nothing_of_ann(client.get(address), address)


def assert_nothing_of_ann(response: HttpResponse, address: str) -> None:
    assert SECRET not in response.text.lower(), address
    assert "/documents/" not in response.text, address


@pytest.mark.parametrize("kind", OF_COURSES + OF_LESSONS)
def test_thing_of_ones_own_course_when_chosen_is_stored(
    world: CmsWorld, client_of: SignIn, kind: str
) -> None:
    client = client_of(world.ben)
    _add, _preview_new, edit, preview = addresses_of(kind, world)
    data = form_of(kind, world.b, world.b, broken=False)
    assert client.post(preview, data).json() == {"is_valid": True, "is_available": True}
    assert client.get(preview).status_code == 200
    assert client.post(edit, data).status_code == 302


@pytest.mark.parametrize("kind", ACTIVITIES)
def test_work_of_another_own_course_when_placed_is_refused_beside_the_field(
    world: CmsWorld, client_of: SignIn, kind: str
) -> None:
    other = build_course(world.index, world.ben, world.b.course.subject, "birch")
    edit = addresses_of(kind, world)[2]
    response = client_of(world.ben).post(edit, form_of(kind, other, world.b, broken=False))
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"body"}
    title = {"quiz": "Quiz of Course birch", "assignment": "Work of Course birch"}[kind]
    refusal = json.dumps(f"belongs to another course: “{title}”").strip('"')
    assert refusal in response.text, "as the editor's script reads it"


def test_picture_when_a_course_is_added_is_left_for_later(
    world: CmsWorld, client_of: SignIn
) -> None:
    client, add = client_of(world.ben), addresses_of("picture", world)[0]
    page = client.get(add)
    assert "picture" not in page.context["form"].fields
    assert "You can choose a picture once the course is saved." in page.text
    client.post(add, course_form(picture=world.a.image.pk))
    course = CoursePage.objects.get(slug="soil")
    assert course.picture is None
    page = client.get(reverse("wagtailadmin_pages:edit", args=[course.pk]))
    assert "picture" in page.context["form"].fields
    assert "You can choose a picture once" not in page.text


def test_picture_that_is_gone_when_posted_is_said_beside_the_field(
    world: CmsWorld, client_of: SignIn
) -> None:
    data = course_form(title="Beech", slug=world.b.course.slug, picture=world.b.image.pk)
    world.b.image.delete()
    response = client_of(world.ben).post(addresses_of("picture", world)[2], data)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"picture"}


def test_picture_of_another_course_when_already_there_stays(
    world: CmsWorld, client_of: SignIn
) -> None:
    CoursePage.objects.filter(pk=world.b.course.pk).update(picture=world.a.image)
    course = CoursePage.objects.get(pk=world.b.course.pk)
    course.save_revision(user=world.admin)
    data = course_form(title="Beech", slug=course.slug, picture=world.a.image.pk)
    address = reverse("wagtailadmin_pages:edit", args=[course.pk])
    assert client_of(world.ben).post(address, data).status_code == 302


@pytest.mark.parametrize(
    "value",
    ["abc", "0x1", "-1", "1.0", " 1", "\u00b2", "9" * 30, "9" * 6000, "1\x00", '{"id": 1}'],
    ids=lambda value: ascii(value)[:20],
)
def test_key_that_no_page_of_the_cms_sends_when_posted_is_not_there(
    world: CmsWorld, client_of: SignIn, value: str
) -> None:
    client = client_of(world.ben)
    for kind in ("picture", "description"):
        posted = value if kind == "picture" else link_to(value)
        data = course_form(title="Beech", slug=world.b.course.slug, **{kind: posted})
        assert client.post(addresses_of(kind, world)[2], data).status_code == 404, kind
    for block in (
        {"type": "image", "-image-image": value, "-image-alt_text": "", "-caption": ""},
        {"type": "document", "-document": value, "-title": ""},
        {"type": "activity", "-activity": value, "-display": "card"},
        {"type": "text", "": link_to(value)},
    ):
        data = lesson_form(world.b.lesson, block)
        status = client.post(addresses_of("image", world)[2], data).status_code
        assert status in (302, 200, 404), block


@pytest.mark.parametrize(
    "values",
    [
        {"body-count": "many"},
        {"body-count": "3"},
        {"body-0-order": "first"},
        {"body-0-value": "no JSON"},
        {"body-0-value": "5"},
        {"body-0-value": '{"blocks": "x", "entityMap": []}'},
        {"body-0-value": "[" * 100_000},
        {"body-count": None},
        {"body-0-deleted": None},
    ],
    ids=lambda values: str(values)[:40],
)
def test_body_that_no_page_of_the_cms_sends_when_posted_is_not_there(
    world: CmsWorld, client_of: SignIn, values: dict[str, Any]
) -> None:
    data = lesson_form(world.b.lesson, {"type": "text", "": link_to(world.b.draft.pk)}) | values
    data = {name: value for name, value in data.items() if value is not None}
    client = client_of(world.ben)
    for address in addresses_of("text", world):
        assert client.post(address, data).status_code == 404, address
