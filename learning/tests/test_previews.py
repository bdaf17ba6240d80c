"""Previews in the CMS: what an editor sees before anybody else, and what it leaves behind."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client, RequestFactory
from django.urls import reverse
from wagtail.models import Page

from accounts.models import User
from core import page_cache
from learning.models import CoursePage
from learning.tests.cms_forms import NO_COMMENTS, course_form, lesson_form, link_to
from learning.tests.cms_world import CmsWorld
from learning.views.lessons import show_lesson

SignIn = Callable[[User], Client]


def new_page(world: CmsWorld, kind: str) -> tuple[Page, dict[str, Any]]:
    """Where a new page of this kind comes, and its form."""
    module = {"title": "Soil", "slug": "soil", "summary": "", **NO_COMMENTS}
    text = {"type": "text", "": link_to(world.b.lesson.pk)}
    lesson = lesson_form(world.b.lesson, text, title="Soil", slug="soil")
    return {
        "coursepage": (world.index, course_form(title="Soil", slug="soil")),
        "modulepage": (world.b.course, module),
        "lessonpage": (world.b.module, lesson),
    }[kind]


@pytest.mark.parametrize("who", ["ben", "admin"])
@pytest.mark.parametrize("kind", ["coursepage", "modulepage", "lessonpage"])
def test_new_page_when_previewed_before_it_is_saved_is_shown(
    world: CmsWorld, client_of: SignIn, kind: str, who: str
) -> None:
    parent, data = new_page(world, kind)
    client = client_of(getattr(world, who))
    address = reverse("wagtailadmin_pages:preview_on_add", args=["learning", kind, parent.pk])
    assert client.post(address, data).json() == {"is_valid": True, "is_available": True}
    response = client.get(address)
    assert response.status_code == 200
    assert "<h1>Soil</h1>" in response.text
    assert caches["pages"].get("structure:None:0") is None
    assert not Page.objects.filter(slug="soil").exists()


def test_renamed_course_when_previewed_leaves_the_students_outline_as_it_is(
    world: CmsWorld, client_of: SignIn
) -> None:
    course = CoursePage.objects.get(pk=world.b.course.pk)
    course.title, course.slug = "Plans for spring", "spring"
    course.save_revision(user=world.ben)
    page_cache.clear()
    preview = reverse("wagtailadmin_pages:view_draft", args=[course.pk])
    assert "<h1>Plans for spring</h1>" in client_of(world.ben).get(preview).text
    page = client_of(world.b.enrollment.student).get(world.b.lesson.get_url())
    assert page.status_code == 200
    assert f'href="{world.b.course.get_url()}"' in page.text
    assert "spring" not in page.text.lower()


def test_draft_lesson_when_previewed_stands_in_the_outline_without_links_to_drafts(
    world: CmsWorld, client_of: SignIn
) -> None:
    for page in (world.b.course, world.b.module):
        type(page).objects.get(pk=page.pk).unpublish()
    address = reverse("wagtailadmin_pages:view_draft", args=[world.b.draft.pk])
    page = client_of(world.ben).get(address).text
    assert page.count("Module beech") == 2, "in the breadcrumbs and in the outline"
    assert page.count("Draft beech") >= 2
    assert 'aria-current="page"' in page
    assert "Back to the course" not in page
    assert f'href="{world.b.course.get_url()}"' not in page
    assert f'href="{world.b.module.get_url()}"' not in page


def test_new_lesson_when_previewed_names_its_module(world: CmsWorld, client_of: SignIn) -> None:
    parent, data = new_page(world, "lessonpage")
    address = reverse(
        "wagtailadmin_pages:preview_on_add", args=["learning", "lessonpage", parent.pk]
    )
    client = client_of(world.ben)
    client.post(address, data)
    assert f'href="{world.b.module.get_url()}"' in client.get(address).text


@pytest.mark.parametrize("takes", [True, False])
def test_draft_course_when_previewed_says_what_it_will_say_when_live(
    world: CmsWorld, client_of: SignIn, *, takes: bool
) -> None:
    course = CoursePage.objects.get(pk=world.b.course.pk)
    course.unpublish()
    course.enrollment_open = takes
    course.save_revision(user=world.ben)
    address = reverse("wagtailadmin_pages:view_draft", args=[course.pk])
    page = client_of(world.ben).get(address).text
    assert ("Closed for new students" in page) == (not takes)


@pytest.mark.parametrize("is_preview", [True, False])
def test_lesson_when_previewed_by_a_reading_student_notes_no_presence(
    world: CmsWorld, *, is_preview: bool
) -> None:
    """Nobody reads and edits the same course. The view does not rely on that."""
    enrollment = world.b.enrollment
    request = RequestFactory().get(world.b.lesson.get_url())
    request.user, request.is_preview = enrollment.student, is_preview
    assert show_lesson(request, world.b.lesson).status_code == 200
    enrollment.refresh_from_db()
    assert (enrollment.last_seen_at is None) == is_preview
    assert (enrollment.last_lesson is None) == is_preview
