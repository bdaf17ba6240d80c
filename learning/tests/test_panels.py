"""What the editor of a page shows besides its fields."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.models import Page

from accounts.models import User
from core.registries import Registry
from learning.models import CoursePage, LessonPage
from learning.registries import course_settings_panels, lesson_panels
from learning.tests.cms_world import SECRET, CmsWorld, build_course
from learning.tests.work import make_assignment, make_quiz

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
WARNING = "Students do not see these activities"


def get_editor(client: Client, page: Page) -> str:
    return client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).text


def read_panel(client: Client, page: Page) -> list[str]:
    """The lines of the panel about activities of other courses."""
    after = get_editor(client, page).split(WARNING)[1]
    lines = re.findall(r"<li>(.*?)</li>", after.split("</ul>")[0])
    return [unescape(line) for line in lines]


def place(lesson: LessonPage, *activities: Any) -> None:
    """In the newest draft only."""
    lesson.body = [("activity", {"activity": one, "display": "card"}) for one in activities]
    lesson.save_revision()


def test_lesson_with_activities_of_other_courses_names_those_that_the_reader_may_edit(
    world: CmsWorld, client_of: SignIn
) -> None:
    other = build_course(world.index, world.ben, world.b.course.subject, "birch").course
    place(
        world.b.lesson,
        make_quiz(world.a.course, title=f"Quiz {SECRET}"),
        make_assignment(world.b.course, title="Own work"),
        make_quiz(other, title="Quiz on <bark>"),
    )
    assert read_panel(client_of(world.ben), world.b.lesson) == [
        "An activity of another course",
        "“Quiz on <bark>” of “Course birch”",
    ]
    assert read_panel(client_of(world.admin), world.b.lesson) == [
        f"“Quiz {SECRET}” of “Course {SECRET}”",
        "“Quiz on <bark>” of “Course birch”",
    ]


def test_lesson_with_activities_of_its_own_course_shows_no_warning(
    world: CmsWorld, client_of: SignIn
) -> None:
    place(world.b.lesson, make_quiz(world.b.course))
    client = client_of(world.ben)
    assert WARNING not in get_editor(client, world.b.lesson)
    assert WARNING not in get_editor(client, world.b.draft), "a lesson without activities"
    address = reverse("wagtailadmin_pages:add", args=["learning", "lessonpage", world.b.module.pk])
    assert WARNING not in client.get(address).text


@pytest.fixture(params=[(lesson_panels, LessonPage), (course_settings_panels, CoursePage)])
def panels(request: pytest.FixtureRequest) -> Iterator[tuple[Registry, type[Page]]]:
    """A registry and the page whose editor shows its panels; what a test registers goes again."""
    registry, model = request.param
    with registry.restored():
        yield registry, model
    model.get_edit_handler.cache_clear()


def test_registered_panels_are_in_the_editor_with_their_fields(
    world: CmsWorld, client_of: SignIn, panels: tuple[Registry, type[Page]]
) -> None:
    registry, model = panels
    registry.register("test help", HelpPanel("Ask us.", heading="Help from a test"))
    registry.register("test field", FieldPanel("search_description", heading="From a test"))
    model.get_edit_handler.cache_clear()
    page = {LessonPage: world.b.lesson, CoursePage: world.b.course}[model]
    text = get_editor(client_of(world.ben), page)
    for heading in ("Help from a test", "From a test", "Ask us."):
        assert heading in text
