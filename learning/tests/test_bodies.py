"""Rendered bodies: what drops them, and that nothing else does."""

from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import format_html
from wagtail.models import Page

from accounts.models import User
from accounts.tests.factories import AdminFactory, StudentFactory
from learning.models import CoursePage, LessonPage, ModulePage
from learning.registries import block_extras
from learning.rendering import fill_in, get_extras, get_segments
from learning.tests.factories import (
    CourseDocumentFactory,
    LessonPageFactory,
    ModulePageFactory,
    enroll,
    make_course,
)

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


@pytest.fixture
def world() -> SimpleNamespace:
    """A lesson with a file and a link to another lesson, and one that is not named anywhere."""
    course = make_course(modules=0)
    module, other = (ModulePageFactory(parent=course) for _module in range(2))
    target, stranger = LessonPageFactory(parent=other), LessonPageFactory(parent=module)
    document = CourseDocumentFactory(collection=course.collection)
    link = f'<p><a linktype="page" id="{target.pk}">see there</a></p>'
    lesson = LessonPageFactory(
        parent=module, body=[("text", link), ("document", {"document": document, "title": ""})]
    )
    fresh = {page.pk: type(page).objects.get(pk=page.pk) for page in (target, stranger, lesson)}
    return SimpleNamespace(
        course=CoursePage.objects.get(pk=course.pk),
        module=ModulePage.objects.get(pk=module.pk),
        other=ModulePage.objects.get(pk=other.pk),
        target=fresh[target.pk],
        stranger=fresh[stranger.pk],
        lesson=fresh[lesson.pk],
        document=document,
    )


def publish(page: Page, **changes: object) -> None:
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()


def rename_document(w: SimpleNamespace) -> None:
    w.document.title = "Another"
    w.document.save()


DROPS = {
    "published": lambda w: publish(w.lesson, body=[("text", "<p>new</p>")]),
    "file renamed": rename_document,
    "file deleted": lambda w: w.document.delete(),
    "linked page gets another address": lambda w: publish(w.target, slug="elsewhere"),
    "parent of the linked page gets another address": lambda w: publish(w.other, slug="there"),
    "linked page moved": lambda w: w.target.move(w.module, pos="last-child"),
    "linked page unpublished": lambda w: w.target.unpublish(),
    "linked page deleted": lambda w: LessonPage.objects.get(pk=w.target.pk).delete(),
}
KEEPS = {
    "another lesson published": lambda w: publish(w.stranger, title="New"),
    "another lesson unpublished": lambda w: w.stranger.unpublish(),
    "another lesson deleted": lambda w: LessonPage.objects.get(pk=w.stranger.pk).delete(),
    "another lesson with another address": lambda w: publish(w.stranger, slug="elsewhere"),
    "linked page published with the same address": lambda w: publish(w.target, title="New"),
    "draft of the linked page with another address": lambda w: draft(w.target),
    "draft": lambda w: draft(w.lesson),
    "course published": lambda w: publish(w.course, title="New"),
    "lesson moved": lambda w: w.stranger.move(w.other, pos="first-child"),
}


def draft(page: Page) -> None:
    page.slug = "draft"
    page.save_revision()


def version_of(lesson: LessonPage) -> int:
    return int(LessonPage.objects.get(pk=lesson.pk).body_version)


@pytest.mark.parametrize("change", DROPS.values(), ids=DROPS)
def test_body_is_dropped_by_what_it_is_drawn_from(
    world: SimpleNamespace, change: Callable[[SimpleNamespace], object]
) -> None:
    before = version_of(world.lesson), version_of(world.stranger)
    change(world)
    assert version_of(world.lesson) > before[0]
    assert version_of(world.stranger) == before[1]


@pytest.mark.parametrize("change", KEEPS.values(), ids=KEEPS)
def test_body_is_kept_whatever_else_changes(
    world: SimpleNamespace, change: Callable[[SimpleNamespace], object]
) -> None:
    before = version_of(world.lesson)
    change(world)
    assert version_of(world.lesson) == before


def test_link_when_its_page_has_another_address_leads_there(
    client_of: SignIn, world: SimpleNamespace
) -> None:
    client = client_of(enroll(StudentFactory(), world.course).student)
    url = world.lesson.get_url()
    assert f'href="{world.target.get_url()}"' in client.get(url).text
    publish(world.target, slug="elsewhere")
    page = client.get(url).text
    assert '/elsewhere/" rel="noopener' in page


@pytest.fixture
def block_extra() -> Iterator[list[tuple[str, list[str]]]]:
    """Draws the reader's name after each block. Yields the calls: name and ids of blocks."""
    calls = []

    def draw(lesson: LessonPage, user: User, block_ids: Sequence[str]) -> dict[str, str]:
        name = user.username or "visitor"
        calls.append((name, list(block_ids)))
        first, *others = block_ids
        return {first: format_html("<i>{} reads</i>", name), **dict.fromkeys(others, "<script>")}

    with block_extras.restored():
        block_extras.register("test", draw)
        yield calls


def test_registered_extra_is_drawn_after_each_block_for_each_reader(
    world: SimpleNamespace, client_of: SignIn, block_extra: list, django_assert_num_queries: Any
) -> None:
    readers = [enroll(StudentFactory(), world.course).student for _reader in range(2)]
    ids = [block.id for block in world.lesson.body]
    for reader in readers:
        page = client_of(reader).get(world.lesson.get_url()).text
        text, document = page.index("see there"), page.index(world.document.title)
        assert text < page.index(f"<i>{reader.username} reads</i>") < document
        assert document < page.index("&lt;script&gt;")
    assert block_extra == [(reader.username, ids) for reader in readers]
    segments = get_segments(world.lesson)
    with django_assert_num_queries(0):
        assert get_segments(world.lesson) == segments
        extras = get_extras(world.lesson, readers[0], segments)
        body = fill_in(segments, {}, course_id=world.course.pk, extras=extras)
    assert readers[0].username in body
    assert readers[1].username not in body


def test_registered_extra_is_not_drawn_in_a_preview(
    world: SimpleNamespace, client_of: SignIn, block_extra: list
) -> None:
    address = reverse("wagtailadmin_pages:view_draft", args=[world.lesson.pk])
    page = client_of(AdminFactory()).get(address)
    assert "see there" in page.text
    assert block_extra == []
