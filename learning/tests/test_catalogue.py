"""The catalogue: search, filters, pages, and an answer to whatever is asked."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from accounts.tests.factories import StudentFactory
from learning.selectors.courses import COURSES_PER_PAGE
from learning.tests.factories import (
    CoursePageFactory,
    CourseTeamFactory,
    SubjectFactory,
    enroll,
    make_course,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("indexes")]

SignIn = Callable[[User], Client]


def ask(**query: str) -> str:
    response = Client().get("/courses/", query)
    assert response.status_code == 200
    return response.content.decode()


def test_search_when_words_fit_finds_the_course() -> None:
    CoursePageFactory(title="How plants live", summary="From seed to canopy.")
    CoursePageFactory(title="Money for grown-ups", summary="Budgets and interest.")
    for term in ("plants", "canopy", "PLANTS live", "plan", '"plants'):
        page = ask(q=term)
        assert "How plants live" in page
        assert "Money for grown-ups" not in page


@pytest.mark.parametrize(
    "term",
    [
        '"',
        '""',
        '"a',
        "a\x00b",
        "\x00",
        "x" * 10_000,
        "'; --",
        "* OR (",
        "\ud800",
        "%_",
        "NEAR(",
        "-",
    ],
    ids=range(12),
)
def test_search_for_anything_gets_an_answer(term: str) -> None:
    make_course(lessons=0)
    response = Client().get("/courses/", {"q": term.encode("utf-8", "surrogatepass")})
    assert response.status_code == 200


@pytest.mark.parametrize("page", ["0", "-1", "999", "abc", "", "1e9", "\x00"])
def test_page_that_is_not_there_when_asked_gets_an_answer(page: str) -> None:
    title = CoursePageFactory().title
    assert title in ask(page=page)


def test_filters_when_chosen_narrow_the_list() -> None:
    biology, money = SubjectFactory(name="Biology"), SubjectFactory(name="Money")
    CoursePageFactory(title="Plants", subject=biology, level="beginner")
    CoursePageFactory(title="Genes", subject=biology, level="advanced")
    CoursePageFactory(title="Budgets", subject=money, level="beginner")
    assert found(subject=biology.slug) == {"Plants", "Genes"}
    assert found(level="beginner") == {"Plants", "Budgets"}
    assert found(subject=biology.slug, level="advanced", q="genes") == {"Genes"}


def test_filter_that_is_not_offered_counts_as_none() -> None:
    CoursePageFactory(title="Plants")
    page = ask(subject="abc", level="nonsense")
    assert "Open now" in page
    assert ">Plants</a>" in page
    assert " selected" not in page


@pytest.mark.parametrize(
    "term", ['"How plants live"', "“How plants live”", 'how "plants live', '"']
)
def test_search_with_quotes_finds_what_it_finds_without(term: str) -> None:
    CoursePageFactory(title="How plants live")
    assert ">How plants live</a>" in ask(q=term)


def found(**query: str) -> set[str]:
    page = ask(**query)
    return {title for title in ("Plants", "Genes", "Budgets") if f">{title}</a>" in page}


def test_list_when_it_is_long_has_pages_that_keep_the_filters() -> None:
    subject = SubjectFactory()
    CoursePageFactory.create_batch(COURSES_PER_PAGE + 1, subject=subject)
    page = ask(subject=subject.slug)
    assert page.count('class="card card--link"') == COURSES_PER_PAGE
    assert f"subject={subject.slug}&amp;page=2" in page
    assert ask(subject=subject.slug, page="2").count('class="card card--link"') == 1


def test_list_when_nothing_is_there_says_so() -> None:
    assert "No courses yet" in ask()
    assert "Nothing found" in ask(q="plants")


def test_card_when_shown_tells_who_teaches_and_how_far_one_is(client_of: SignIn) -> None:
    course = make_course(lessons=2)
    teacher = CourseTeamFactory(course=course).user
    student = enroll(StudentFactory(), course, lessons_done=1).student
    page = client_of(student).get("/courses/").content.decode()
    words = " ".join(page.split())
    assert f"<bdi>{teacher.display_name}</bdi> · 2 lessons · 24 min" in words
    assert 'value="50"' in page
    assert "progress" not in ask().split("</header>")[1].split("<footer")[0]


def test_term_when_shown_again_is_escaped() -> None:
    page = ask(q="<script>alert(1)</script>")
    assert "<script>alert(1)" not in page
