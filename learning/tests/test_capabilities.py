"""Roles of a course's team: what each may do, on pages and in actions."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from accounts.roles import sync_roles
from accounts.services.roles import set_role
from accounts.tests.factories import AdminFactory, StudentFactory, TeacherFactory
from learning import permissions
from learning.capabilities import CAPABILITIES, Capability, roles_with
from learning.models import CourseDocument, CoursePage, CourseTeam, LessonPage
from learning.models.teams import TeamRole
from learning.selectors.courses import list_lead_names
from learning.services.teams import add_member
from learning.tests.factories import (
    CourseDocumentFactory,
    CourseTeamFactory,
    enroll,
    lessons_of,
    make_course,
)
from learning.tests.work import hand_in, make_assignment, make_quiz

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
ROLES = list(CAPABILITIES)


@pytest.fixture
def course() -> CoursePage:
    return make_course()


def member(course: CoursePage, role: str) -> User:
    user = CourseTeamFactory(course=course, role=role).user
    sync_roles()
    return user


def test_every_role_has_its_capabilities() -> None:
    assert set(CAPABILITIES) == set(TeamRole.values)
    assert all(CAPABILITIES.values())
    assert set(roles_with(Capability.GRADE)) == {"lead", "teacher", "grader"}


@pytest.mark.parametrize("capability", Capability)
@pytest.mark.parametrize("role", ROLES)
def test_predicate_and_queryset_say_what_the_role_says(
    course: CoursePage, role: str, capability: Capability
) -> None:
    user, other = member(course, role), make_course()
    member(other, "lead")
    member(course, "lead")
    expected = capability in CAPABILITIES[role]
    assert permissions.has_capability(user, course, capability) == expected
    assert not permissions.has_capability(user, other, capability)
    found = CoursePage.objects.where_can(user, capability)
    assert list(found) == ([course] if expected else [])
    assert CourseTeam.objects.with_capability(capability).filter(user=user).exists() == expected


@pytest.mark.parametrize("capability", Capability)
def test_administrator_may_everything_and_others_nothing(
    course: CoursePage, capability: Capability
) -> None:
    assert permissions.has_capability(AdminFactory(), course, capability)
    assert course in CoursePage.objects.where_can(AdminFactory(), capability)
    for nobody in (StudentFactory(), enroll(StudentFactory(), course).student, TeacherFactory()):
        assert not permissions.has_capability(nobody, course, capability)
        assert not CoursePage.objects.where_can(nobody, capability).exists()


def test_lost_role_and_deactivation_end_every_capability(course: CoursePage) -> None:
    user = member(course, "teacher")
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.refresh_from_db()
    assert not CoursePage.objects.where_can(user, Capability.EDIT).exists()
    assert not permissions.has_capability(user, course, Capability.EDIT)
    User.objects.filter(pk=user.pk).update(is_active=True, role=Role.STUDENT)
    assert not permissions.has_capability(User.objects.get(pk=user.pk), course, Capability.EDIT)


PAGES: list[tuple[str, Capability | None]] = [
    ("course", None),
    ("lesson", None),
    ("quiz", None),
    ("draft quiz", Capability.SEE_DRAFTS),
    ("file of no lesson", Capability.SEE_DRAFTS),
    ("submissions", Capability.GRADE),
    ("submission", Capability.GRADE),
    ("explorer", Capability.EDIT),
    ("editor", Capability.EDIT),
]


@pytest.mark.parametrize(("name", "needs"), PAGES, ids=[name for name, _needs in PAGES])
@pytest.mark.parametrize("role", ROLES)
def test_pages_open_for_roles_with_the_capability(
    client_of: SignIn, course: CoursePage, role: str, name: str, needs: Capability | None
) -> None:
    essay = make_assignment(course)
    submission = hand_in(essay, enroll(StudentFactory(), course).student)
    document: CourseDocument = CourseDocumentFactory(collection=course.collection)
    addresses: dict[str, Any] = {
        "course": course.get_url,
        "lesson": lessons_of(course)[0].get_url,
        "quiz": lambda: make_quiz(course).get_absolute_url(),
        "draft quiz": lambda: make_quiz(course, published=False).get_absolute_url(),
        "file of no lesson": lambda: document.url,
        "submissions": lambda: reverse("submission_queue", args=[course.pk]),
        "submission": lambda: reverse("submission_grade", args=[submission.pk]),
        "explorer": lambda: reverse("wagtailadmin_explore", args=[course.pk]),
        "editor": lambda: reverse("wagtailadmin_pages:edit", args=[course.pk]),
    }
    may = needs is None or needs in CAPABILITIES[role]
    response = client_of(member(course, role)).get(addresses[name]())
    for _chunk in getattr(response, "streaming_content", ()):
        """Read to its end, so that its file is closed."""
    assert (response.status_code == 200) == may, response.status_code


@pytest.mark.parametrize("role", ROLES)
def test_lists_of_learners_hold_nothing_for_roles_that_see_no_records(
    client_of: SignIn, course: CoursePage, role: str
) -> None:
    student = enroll(StudentFactory(username="learner-of-this-course"), course).student
    hand_in(make_assignment(course), student)
    client = client_of(member(course, role))
    sees = Capability.SEE_RECORDS in CAPABILITIES[role]
    for name in ("assessments_submission_modeladmin_index", "learning_enrollment_modeladmin_index"):
        page = client.get(reverse(name))
        assert (student.display_name in page.text) == sees, name
    dashboard = client.get(reverse("dashboard_teacher"))
    assert course.title in dashboard.text
    assert (student.display_name in dashboard.text) == sees
    assert dashboard.context["dashboard"].enrollment_count == int(sees)


@pytest.mark.parametrize("role", ROLES)
def test_edit_link_of_the_dashboard_is_there_for_those_who_edit(
    client_of: SignIn, course: CoursePage, role: str
) -> None:
    client = client_of(member(course, role))
    address = reverse("wagtailadmin_explore", args=[course.pk])
    shown = address in client.get(reverse("dashboard_teacher")).text
    assert shown == (Capability.EDIT in CAPABILITIES[role])
    assert not shown or client.get(address).status_code == 200


def test_lead_who_became_an_administrator_is_named_as_teacher_no_more(
    client_of: SignIn, course: CoursePage
) -> None:
    first, second = member(course, "lead"), TeacherFactory()
    add_member(course=course, user=second, role="lead")
    set_role(user=first, role=Role.ADMIN, by=None)
    assert list_lead_names(course) == [second.display_name]
    page = client_of(StudentFactory()).get("/courses/").text
    assert second.display_name in page
    assert first.display_name not in page
    assert LessonPage.objects.descendant_of(course).exists()
