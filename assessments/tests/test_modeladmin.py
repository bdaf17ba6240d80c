"""The lists of the CMS: one's own courses, and nobody else's, at a constant price."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.test.utils.form_data import nested_form_data

from accounts.models import Role, User
from assessments.models import Assignment, Question, Quiz, Submission
from assessments.services.attempts import start_attempt, submit_attempt
from assessments.services.submissions import hand_in
from assessments.tests.cms import (
    assignment_data,
    bank_data,
    make_author,
    question_data,
    quiz_data,
)
from assessments.tests.conftest import Base
from assessments.tests.factories import enroll, make_assignment, make_course, make_quiz, make_user
from core.tests.module_data import made_once
from learning.capabilities import Capability
from learning.models import CoursePage, CourseTeam

pytestmark = pytest.mark.django_db
MODELS = ("quiz", "assignment", "question", "submission", "attempt")
WRITTEN = ("quiz", "assignment", "question")
ACTIONS = ("edit", "delete", "archive", "history")


def index(model: str, query: str = "") -> str:
    return reverse(f"assessments_{model}_modeladmin_index") + query


def address(model: str, action: str, key: Any) -> str:
    return reverse(f"assessments_{model}_modeladmin_{action}", args=[key])


@pytest.fixture
def other(db: None) -> User:
    return make_author(first_name="Toni")


def build_works(base: Base) -> dict[str, Any]:
    course, student = base.course, base.student
    User.objects.filter(pk=student.pk).update(first_name="Secretstudent")
    CoursePage.objects.filter(pk=course.pk).update(title="Secretcourse")
    quiz = make_quiz(course, title="Secretquiz")
    Question.objects.update(text="Secretquestion")
    assignment = make_assignment(course, title="Secretassignment")
    handed_in = hand_in(assignment=assignment, student=student, text="Here.")
    return {
        "quiz": quiz,
        "assignment": assignment,
        "question": quiz.questions.first(),
        "submission": handed_in.submission,
        "attempt": start_attempt(quiz=quiz, student=student),
    }


@pytest.fixture(scope="module")
def built_works(built: Base, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    with made_once(django_db_blocker, lambda: build_works(built)) as works:
        yield works


@pytest.fixture
def works(built_works: dict[str, Any], db: None) -> dict[str, Any]:
    """One row of each kind in the teacher's course, by the name of its model."""
    return deepcopy(built_works)


def as_user(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


@pytest.mark.parametrize("model", MODELS)
def test_team_sees_its_rows(
    client: Client, teacher: User, works: dict[str, Any], model: str
) -> None:
    page = as_user(client, teacher).get(index(model))
    assert page.status_code == 200
    assert "Secret" in page.content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_teacher_of_another_course_sees_no_row_nor_course(
    client: Client, other: User, works: dict[str, Any], model: str
) -> None:
    page = as_user(client, other).get(index(model))
    assert page.status_code == 200
    assert "Secret" not in page.content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_search_and_filters_of_another_teacher_find_nothing(
    client: Client, other: User, works: dict[str, Any], course: CoursePage, model: str
) -> None:
    page = as_user(client, other).get(index(model, f"?q=Secret&course={course.pk}&state=archived"))
    assert page.status_code == 200
    assert "Secretcourse" not in page.content.decode()
    assert page.context["result_count"] == 0


@pytest.mark.parametrize("model", WRITTEN)
@pytest.mark.parametrize("action", ACTIONS)
def test_guessed_address_of_another_course_is_not_there(
    client: Client, other: User, works: dict[str, Any], model: str, action: str
) -> None:
    url = address(model, action, works[model].pk)
    cms = as_user(client, other)
    for response in (cms.get(url), cms.post(url, {"restore": "1"}), cms.post(url)):
        assert response.status_code == 404
        assert b"Secret" not in response.content
    row = type(works[model]).objects.get(pk=works[model].pk)
    assert not row.archived


def test_stranger_changes_nothing_by_posting_whole_forms(
    client: Client, other: User, works: dict[str, Any]
) -> None:
    course = works["quiz"].course_id
    cms = as_user(client, other)
    cms.post(address("quiz", "edit", works["quiz"].pk), quiz_data(course, [question_data()]))
    cms.post(address("assignment", "edit", works["assignment"].pk), assignment_data(course))
    assert Quiz.objects.get().title == "Secretquiz"
    assert Assignment.objects.get().title == "Secretassignment"
    for model in ("quiz", "assignment"):
        create = reverse(f"assessments_{model}_modeladmin_create")
        data = quiz_data(course, [question_data()]) if model == "quiz" else assignment_data(course)
        assert cms.post(create, data).status_code in (200, 404)
    assert (Quiz.objects.count(), Assignment.objects.count()) == (1, 1)


@pytest.mark.parametrize("model", WRITTEN)
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("key", ["999999", "0", "abc", "9" * 30, "-1"])
def test_key_of_nothing_is_not_there(
    client: Client, teacher: User, works: dict[str, Any], model: str, action: str, key: str
) -> None:
    assert as_user(client, teacher).get(address(model, action, key)).status_code == 404


@pytest.mark.parametrize("model", WRITTEN)
def test_grader_looks_and_does_not_write(
    client: Client, works: dict[str, Any], course: CoursePage, model: str
) -> None:
    grader = make_author()
    CourseTeam.objects.create(course=course, user=grader, role="grader")
    cms = as_user(client, grader)
    page = cms.get(index(model)).content.decode()
    assert "Secret" in page
    assert address(model, "edit", works[model].pk) not in page
    for action in ACTIONS:
        assert cms.get(address(model, action, works[model].pk)).status_code == 404
        assert cms.post(address(model, action, works[model].pk)).status_code == 404


def test_teacher_without_a_course_writes_nothing(client: Client, other: User) -> None:
    cms = as_user(client, other)
    for model in ("quiz", "assignment"):
        assert cms.get(reverse(f"assessments_{model}_modeladmin_create")).status_code == 404
    assert "Add quiz" not in cms.get(index("quiz")).content.decode()


def test_questions_are_not_added_outside_of_a_quiz(client: Client, teacher: User) -> None:
    create = reverse("assessments_question_modeladmin_create")
    assert as_user(client, teacher).get(create).status_code == 404


def test_administrator_writes_everywhere(client: Client, works: dict[str, Any]) -> None:
    cms = as_user(client, make_author(Role.ADMIN))
    for model in MODELS:
        assert "Secret" in cms.get(index(model)).content.decode()
    for model in WRITTEN:
        assert cms.get(address(model, "edit", works[model].pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_student_and_visitor_do_not_get_in(
    client: Client, stranger: User, works: dict[str, Any], model: str
) -> None:
    assert client.get(index(model)).status_code == 302
    response = as_user(client, stranger).get(index(model))
    assert response.status_code in (302, 403, 404)
    assert b"Secret" not in response.content


@pytest.mark.parametrize("model", ["submission", "attempt"])
def test_rows_of_learners_have_no_form(model: str) -> None:
    for action in ("create", "edit", "delete", "archive"):
        assert not _resolves(f"/admin/assessments/{model}/{action}/1/")


def test_shared_question_is_seen_by_authors_and_changed_by_administrators(
    client: Client, teacher: User, course: CoursePage
) -> None:
    shared = Question.objects.create(text="Shared?", kind="single")
    cms = as_user(client, teacher)
    assert "Shared?" in cms.get(index("question")).content.decode()
    assert cms.get(address("question", "edit", shared.pk)).status_code == 404
    admin = as_user(Client(), make_author(Role.ADMIN))
    assert address("question", "edit", shared.pk) in admin.get(index("question")).content.decode()
    assert admin.get(address("question", "edit", shared.pk)).status_code == 200


def test_question_changed_in_the_bank_changes_its_place_in_the_quiz(
    client: Client, teacher: User, quiz: Quiz
) -> None:
    question = quiz.questions.first()
    data = nested_form_data(bank_data(question, text="New words?", points="4"))
    url = address("question", "edit", question.pk)
    assert as_user(client, teacher).post(url, data).status_code == 302
    assert quiz.slots.get_totals().points == 6
    del data["definition-choices-options-0-value-is_correct"]
    response = as_user(client, teacher).post(url, data)
    assert "exactly one" in response.content.decode()


def test_columns_count_what_hangs_on_a_row(
    client: Client, teacher: User, works: dict[str, Any]
) -> None:
    enroll(make_user(), works["quiz"].course)
    quiz = as_user(client, teacher).get(index("quiz")).context["object_list"][0]
    assert (quiz.questions_in, quiz.taken) == (3, 1)
    assignment = client.get(index("assignment")).context["object_list"][0]
    assert assignment.handed_in == 1


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["Draft", "Live", "Secretquiz"]),
        ("?state=published", ["Live", "Secretquiz"]),
        ("?state=draft", ["Draft"]),
        ("?state=archived", ["Old"]),
        ("?state=nonsense", ["Draft", "Live", "Secretquiz"]),
        ("?q=liv", ["Live"]),
        ("?q=%00%22", ["Draft", "Live", "Secretquiz"]),
        ("?o=-0", ["Secretquiz", "Live", "Draft"]),
        ("?o=-0.1", ["Secretquiz", "Live", "Draft"]),
        ("?o=4", ["Draft", "Live", "Secretquiz"]),
        ("?o=99.x", ["Draft", "Live", "Secretquiz"]),
        ("?p=7777777777", ["Draft", "Live", "Secretquiz"]),
        ("?course=1%27", ["Draft", "Live", "Secretquiz"]),
    ],
)
def test_list_filters_searches_and_sorts(
    client: Client, teacher: User, works: dict[str, Any], query: str, titles: list[str]
) -> None:
    course = works["quiz"].course
    make_quiz(course, title="Live")
    make_quiz(course, title="Draft", published=False)
    make_quiz(course, title="Old", archived=True)
    page = as_user(client, teacher).get(index("quiz", query))
    assert [quiz.title for quiz in page.context["object_list"]] == titles


@pytest.mark.parametrize(
    ("model", "query"),
    [
        ("quiz", "?course__team__user__email__startswith=t"),
        ("attempt", "?student__password__startswith=x"),
        ("submission", "?student__email=nobody@example.org"),
        ("quiz", "?nonsense=1"),
    ],
)
def test_lookup_from_the_address_reaches_no_column(
    client: Client, teacher: User, works: dict[str, Any], model: str, query: str
) -> None:
    assert as_user(client, teacher).get(index(model, query)).context["result_count"] == 1


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_nothing_is_exported_from_here(
    client: Client, teacher: User, works: dict[str, Any], model: str, kind: str
) -> None:
    page = as_user(client, teacher).get(index(model, f"?export={kind}"))
    assert page["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("model", "query", "count"),
    [
        ("question", "?kind=single", 3),
        ("question", "?kind=multiple", 0),
        ("question", "?kind=%27", 3),
        ("question", "?state=archived", 0),
        ("attempt", "?state=open", 1),
        ("attempt", "?state=submitted", 0),
        ("attempt", "?state=graded", 0),
        ("submission", "?state=submitted", 1),
        ("submission", "?state=graded", 0),
    ],
)
def test_filters_of_the_other_lists(
    client: Client, teacher: User, works: dict[str, Any], model: str, query: str, count: int
) -> None:
    assert as_user(client, teacher).get(index(model, query)).context["result_count"] == count


@pytest.mark.parametrize("model", ["quiz", "question", "attempt", "submission"])
def test_course_filter_shows_one_course(
    client: Client, teacher: User, works: dict[str, Any], course: CoursePage, model: str
) -> None:
    second = make_course(team=[teacher], title="Second")
    make_quiz(second)
    page = as_user(client, teacher).get(index(model, f"?course={second.pk}&q="))
    assert page.context["result_count"] == {"quiz": 1, "question": 3}.get(model, 0)
    assert "Second" in page.content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_list_costs_the_same_for_many_rows(
    client: Client, teacher: User, works: dict[str, Any], count_queries: Any, model: str
) -> None:
    cms = as_user(client, teacher)
    cms.get(index(model))
    few = count_queries(lambda: cms.get(index(model)))
    _make_more(works)
    assert count_queries(lambda: cms.get(index(model))) == few


@pytest.fixture
def count_queries() -> Callable[[Callable[[], Any]], int]:
    def count(act: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            act()
        return len(captured)

    return count


def test_result_of_an_attempt_is_shown_once_it_is_handed_in(
    client: Client, teacher: User, works: dict[str, Any]
) -> None:
    assert " / 3" not in as_user(client, teacher).get(index("attempt")).content.decode()
    submit_attempt(attempt=works["attempt"])
    assert "0 / 3" in client.get(index("attempt")).content.decode()


def test_visitor_has_no_courses(course: CoursePage) -> None:
    for courses in (
        CoursePage.objects.where_can(AnonymousUser(), Capability.EDIT),
        CoursePage.objects.where_can(AnonymousUser(), Capability.SEE_DRAFTS),
    ):
        assert not courses.exists()


def test_edit_address_is_found_for_authors_only(
    teacher: User, other: User, works: dict[str, Any]
) -> None:
    for model in WRITTEN:
        url = address(model, "edit", works[model].pk)
        assert AdminURLFinder(teacher).get_edit_url(works[model]) == url
        assert AdminURLFinder(other).get_edit_url(works[model]) is None
    assert AdminURLFinder(teacher).get_edit_url(works["attempt"]) is None


def test_menu_is_for_authors(client: Client, teacher: User) -> None:
    page = as_user(client, teacher).get(reverse("wagtailadmin_home")).content.decode()
    assert index("quiz") in page.replace("\\/", "/")


def _make_more(works: dict[str, Any]) -> None:
    course = works["quiz"].course
    for _number in range(6):
        student = make_user()
        enroll(student, course)
        quiz = make_quiz(course)
        start_attempt(quiz=quiz, student=student)
        assignment = make_assignment(course)
        Submission.objects.create(
            assignment=assignment, student=student, submitted_at=timezone.now(), tries_count=1
        )


def _resolves(path: str) -> bool:
    try:
        return "modeladmin" in str(resolve(path).url_name)
    except Resolver404:
        return False


@pytest.mark.parametrize("model", MODELS)
def test_markup_in_names_and_titles_is_shown_as_text(
    client: Client, teacher: User, works: dict[str, Any], model: str
) -> None:
    attack = "<img src=x onerror=alert(1)>"
    for kind in (CoursePage, Quiz, Assignment):
        kind.objects.update(title=attack)
    Question.objects.update(text=attack)
    User.objects.update(first_name=attack)
    page = as_user(client, teacher).get(index(model)).content.decode()
    assert "onerror" in page
    assert "<img src=x" not in page
