from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from assessments import permissions
from assessments.models import Attempt, Quiz
from assessments.selectors.attempts import get_result
from assessments.services.attempts import submit_attempt
from assessments.tests.factories import enroll, make_assignment, make_course, make_user
from core.errors import Forbidden, NotFound
from learning.access import Content, get_access
from learning.models import Activity, CoursePage
from learning.permissions import require_student_access

NOBODY = AnonymousUser()


@pytest.fixture
def people(course: CoursePage, student: User, teacher: User, stranger: User) -> dict[str, Any]:
    """Everybody who may come along, by what they are in the course."""
    grader, classmate = make_user("teacher"), make_user()
    enroll(classmate, course)
    course.team.create(user=grader, role="grader")
    elsewhere = make_user("teacher")
    make_course(team=[elsewhere])
    return {
        "nobody": NOBODY,
        "stranger": stranger,
        "student": student,
        "classmate": classmate,
        "lead": teacher,
        "grader": grader,
        "elsewhere": elsewhere,
        "admin": make_user("admin"),
    }


def allowed(people: dict[str, Any], decide: Callable[[Any], bool]) -> set[str]:
    return {name for name, person in people.items() if decide(person)}


def is_open_to(row: Any, person: Any) -> bool:
    return get_access(person, row).is_open


def may_work(activity: Activity, person: Any) -> bool:
    try:
        require_student_access(person, activity)
    except Forbidden:
        return False
    return True


CLASS = {"student", "classmate"}
GRADERS = {"lead", "grader", "admin"}


def test_published_work_is_for_the_class_and_its_graders(
    people: dict[str, Any], quiz: Quiz, course: CoursePage
) -> None:
    essay = make_assignment(course)
    for row in (quiz, essay, Content(course)):
        assert allowed(people, partial(is_open_to, row)) == CLASS | GRADERS


def test_drafts_are_for_the_graders(people: dict[str, Any], quiz: Quiz, course: CoursePage) -> None:
    quiz.published = False
    essay = make_assignment(course, published=False)
    for row in (quiz, essay):
        assert allowed(people, partial(is_open_to, row)) == GRADERS


def test_only_the_class_takes_quizzes_and_hands_in(
    people: dict[str, Any], quiz: Quiz, course: CoursePage
) -> None:
    essay = make_assignment(course)
    for row in (quiz, essay):
        assert allowed(people, partial(may_work, row)) == CLASS


def test_attempt_is_worked_on_by_its_student_and_read_by_graders(
    people: dict[str, Any], attempt: Attempt
) -> None:
    works = allowed(people, lambda one: permissions.can_work_on_attempt(one, attempt))
    assert works == {"student"}
    views = allowed(people, lambda one: permissions.can_view_attempt(one, attempt))
    assert views == {"student"} | GRADERS


def test_grading_is_for_the_whole_team_and_authoring_for_its_teachers(
    people: dict[str, Any], course: CoursePage
) -> None:
    assert allowed(people, lambda one: permissions.can_grade(one, course)) == GRADERS
    authors = allowed(people, lambda one: permissions.can_author_work(one, course))
    assert authors == {"lead", "admin"}


def test_lost_role_ends_everything_at_once(
    quiz: Quiz, course: CoursePage, teacher: User, student: User, attempt: Attempt
) -> None:
    teacher.role = "student"
    assert not permissions.can_grade(teacher, course)
    student.is_active = False
    assert not may_work(quiz, student)
    assert not permissions.can_work_on_attempt(student, attempt)


def test_result_of_an_open_attempt_is_not_there(attempt: Attempt) -> None:
    with pytest.raises(NotFound):
        get_result(attempt, with_key=True)
    assert get_result(submit_attempt(attempt=attempt), with_key=True).result.points == 0
