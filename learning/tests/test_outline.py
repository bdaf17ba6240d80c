"""The outline beside a lesson: the current module, a window of a long one, the others on demand."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import StudentFactory
from learning.models import CoursePage, LessonPage, ModulePage
from learning.selectors.outline import WINDOW
from learning.tests.factories import CourseTeamFactory, enroll, lessons_of, make_course

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
LONG = 2 * WINDOW + 10


@pytest.fixture
def course() -> CoursePage:
    return make_course(modules=2, lessons=3)


@pytest.fixture
def long_course() -> CoursePage:
    """One module with more lessons than are shown at once."""
    return make_course(lessons=LONG)


def modules_of(course: CoursePage) -> list[ModulePage]:
    return list(ModulePage.objects.child_of(course).order_by("path"))


def outline_in(page: str) -> str:
    return page[page.index('id="outline"') :]


def links_in(html: str, lessons: list[LessonPage]) -> list[bool]:
    return [f'href="{lesson.get_url()}"' in html for lesson in lessons]


def fragment(module: ModulePage, **query: int) -> str:
    return reverse("module_outline", args=[module.pk], query=query)


def test_lesson_shows_its_own_module_and_folds_the_others(
    client_of: SignIn, course: CoursePage
) -> None:
    client = client_of(enroll(StudentFactory(), course).student)
    lessons, (_own, other) = lessons_of(course), modules_of(course)
    page = client.get(lessons[0].get_url()).text
    html = outline_in(page)
    assert links_in(html, lessons) == [True] * 3 + [False] * 3
    assert other.title in html
    assert f'hx-get="{fragment(other)}"' in html
    assert f'<a href="{other.get_url()}">' in html, "without a script: the module's own page"


def test_article_stands_before_the_outline(client_of: SignIn, course: CoursePage) -> None:
    client = client_of(enroll(StudentFactory(), course).student)
    page = client.get(lessons_of(course)[0].get_url()).text
    assert page.index("</article>") < page.index("<aside>")


def test_folded_module_when_opened_brings_its_lessons_with_ticks(
    client_of: SignIn, course: CoursePage
) -> None:
    client = client_of(enroll(StudentFactory(), course).student)
    lessons, (_own, other) = lessons_of(course), modules_of(course)
    client.post(reverse("complete_lesson", args=[lessons[4].pk]))
    html = client.get(fragment(other)).text
    assert links_in(html, lessons) == [False] * 3 + [True] * 3
    assert html.count("tick--done") == 1
    assert "aria-current" not in html


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (0, range(WINDOW + 1)),
        (WINDOW + 4, range(4, 2 * WINDOW + 5)),
        (LONG - 1, range(LONG - WINDOW - 1, LONG)),
    ],
)
def test_long_module_shows_the_lessons_around_the_current_one(
    client_of: SignIn, long_course: CoursePage, place: int, shown: range
) -> None:
    client = client_of(enroll(StudentFactory(), long_course).student)
    lessons = lessons_of(long_course)
    html = outline_in(client.get(lessons[place].get_url()).text)
    assert [n for n, there in enumerate(links_in(html, lessons)) if there] == list(shown)
    earlier, later = shown.start, LONG - shown.stop
    assert (f"Show {earlier} earlier lessons" in html) == (earlier > 0)
    assert (f"Show {later} later lessons" in html) == (later > 0)


def test_rest_of_a_long_module_when_asked_for_marks_the_current_lesson(
    client_of: SignIn, long_course: CoursePage
) -> None:
    client = client_of(enroll(StudentFactory(), long_course).student)
    lessons, (module,) = lessons_of(long_course), modules_of(long_course)
    html = client.get(fragment(module, lesson=lessons[5].pk)).text
    assert all(links_in(html, lessons))
    current = f'<a href="{lessons[5].get_url()}" aria-current="page">'
    assert current in " ".join(html.split())


@pytest.mark.parametrize("given", ["", "x", "-1", "9" * 30, "\u0663"])
def test_outline_of_a_module_when_asked_with_no_lesson_marks_none(
    course: CoursePage, given: str
) -> None:
    url = f"{fragment(modules_of(course)[0])}?lesson={given}"
    assert "aria-current" not in Client().get(url).text


def test_outline_of_a_module_shows_strangers_what_the_syllabus_does(course: CoursePage) -> None:
    lessons, (module, _other) = lessons_of(course), modules_of(course)
    LessonPage.objects.filter(pk=lessons[1].pk).update(free_preview=True)
    html = Client().get(fragment(module)).text
    assert lessons[0].title in html
    assert links_in(html, lessons[:3]) == [False, True, False]


def test_free_preview_leads_strangers_to_the_syllabus_without_a_script(
    course: CoursePage,
) -> None:
    lessons = lessons_of(course)
    LessonPage.objects.filter(pk=lessons[1].pk).update(free_preview=True)
    html = outline_in(Client().get(lessons[1].get_url()).text)
    assert f'href="{modules_of(course)[1].get_url()}"' not in html
    assert html.count(f'<a href="{course.url}">') == 2, "above the outline, and in the fold"


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_outline_of_a_closed_course_is_for_its_staff_as_its_page_is(
    client_of: SignIn, course: CoursePage, state: str
) -> None:
    teacher = CourseTeamFactory(course=course).user
    student = enroll(StudentFactory(), course).student
    changes = {"draft": {"live": False}, "archived": {"archived_at": timezone.now()}}[state]
    CoursePage.objects.filter(pk=course.pk).update(**changes)
    url = fragment(modules_of(course)[0])
    for client in (Client(), client_of(student), client_of(teacher)):
        page = client.get(course.url).status_code
        assert client.get(url).status_code == page
    assert client_of(student).get(url).status_code == 404


def test_outline_of_a_module_that_is_not_live_is_not_there(
    client_of: SignIn, course: CoursePage
) -> None:
    module = modules_of(course)[0]
    module.unpublish()
    assert client_of(CourseTeamFactory(course=course).user).get(fragment(module)).status_code == 404
    assert Client().get(reverse("module_outline", args=[10**9])).status_code == 404
