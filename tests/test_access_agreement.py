"""Page, outline, catalogue search, lists of work and file give the same answer about access."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, QueryDict
from django.test import RequestFactory
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker
from wagtail.models import Page

from accounts.tests.factories import AdminFactory, StudentFactory
from assessments.selectors.course_work import get_course_work
from assessments.tests.factories import make_assignment
from core.tests.index_tasks import indexes_at_once
from core.tests.module_data import made_once
from home.selectors.student import get_student_dashboard
from learning.access import Content, get_access, get_accesses, get_readers
from learning.models import Activity, CourseDocument, CoursePage, Enrollment, LessonPage, ModulePage
from learning.page_access import check_document, check_page
from learning.selectors.continuation import find_continue_lessons, get_marks
from learning.selectors.courses import get_catalogue
from learning.selectors.outline import Outline, get_outline
from learning.selectors.structure import get_structure
from learning.tests.factories import (
    CourseDocumentFactory,
    CourseTeamFactory,
    LessonPageFactory,
    enroll,
    lessons_of,
    make_course,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("indexes")]

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TITLE = "Zephyrquark"
versions = count(1)


@dataclass
class World:
    people: dict[str, Any]
    course_id: int
    lesson_id: int
    activity_id: int
    document_id: int


@dataclass(frozen=True)
class Situation:
    """What authors, students and time may bring about. `opens` in hours from now."""

    course_live: bool
    archived: bool
    module_live: bool
    lesson_live: bool
    free_preview: bool
    enrollment: str
    published: bool
    activity_archived: bool
    opens: int | None
    placed: bool


ALL_OPEN = Situation(
    course_live=True,
    archived=False,
    module_live=True,
    lesson_live=True,
    free_preview=False,
    enrollment="active",
    published=True,
    activity_archived=False,
    opens=None,
    placed=True,
)
SITUATIONS = st.builds(
    Situation,
    course_live=st.sampled_from([True, True, True, False]),
    archived=st.sampled_from([False, False, False, True]),
    module_live=st.sampled_from([True, True, False]),
    lesson_live=st.sampled_from([True, True, False]),
    free_preview=st.booleans(),
    enrollment=st.sampled_from(["active", "completed", "withdrawn", "pending"]),
    published=st.sampled_from([True, True, False]),
    activity_archived=st.sampled_from([False, False, True]),
    opens=st.sampled_from([None, -1, 0, 1]),
    placed=st.booleans(),
)


def build_world() -> World:
    course, other = make_course(modules=1, lessons=0, title=TITLE), make_course()
    document = CourseDocumentFactory(collection=course.collection)
    work = make_assignment(course, due_at=NOW + timedelta(days=2))
    module = ModulePage.objects.child_of(course).get()
    body = [("activity", {"activity": work}), ("document", {"document": document, "title": ""})]
    lesson = LessonPageFactory(parent=module, body=body)
    people = {
        "visitor": AnonymousUser(),
        "outsider": enroll(StudentFactory(), other).student,
        "student": enroll(StudentFactory(), course).student,
        "moderator": CourseTeamFactory(course=course, role="moderator").user,
        "lead": CourseTeamFactory(course=course, role="lead").user,
        "admin": AdminFactory(),
    }
    return World(people, course.pk, lesson.pk, work.pk, document.pk)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with indexes_at_once(), made_once(django_db_blocker, build_world) as world:
        yield world


def bring_about(world: World, case: Situation) -> None:
    """Sets each column, so that nothing is left of the situation before."""
    lesson = LessonPage.objects.get(pk=world.lesson_id)
    module_path = lesson.path[: -lesson.steplen]
    Page.objects.filter(pk=world.course_id).update(live=case.course_live)
    Page.objects.filter(path=module_path).update(live=case.module_live)
    Page.objects.filter(pk=world.lesson_id).update(live=case.lesson_live)
    LessonPage.objects.filter(pk=world.lesson_id).update(free_preview=case.free_preview)
    CoursePage.objects.filter(pk=world.course_id).update(
        archived_at=NOW if case.archived else None, structure_version=next(versions)
    )
    opens = None if case.opens is None else NOW + timedelta(hours=case.opens)
    Activity.objects.filter(pk=world.activity_id).update(
        published=case.published, archived=case.activity_archived, opens_at=opens
    )
    completed = NOW if case.enrollment == "completed" else None
    Enrollment.objects.filter(course=world.course_id).update(
        state=case.enrollment, completed_at=completed
    )
    _place(lesson, world.activity_id if case.placed else None)


def _place(lesson: LessonPage, activity_id: int | None) -> None:
    lesson.placements.all().delete()
    if activity_id is not None:
        lesson.placements.create(activity_id=activity_id, block_id="x", position=0)


def answer_of(check: Any, person: Any, *arguments: Any) -> str:
    """What the hook before a page or file does, as a state of access."""
    request = RequestFactory().get("/")
    request.user, request.arrived_at, request.request_id = person, NOW, "x"
    try:
        response = check(*(request if one is ... else one for one in arguments))
    except Http404:
        return "hidden"
    if response is None:
        return "open"
    return "sign in" if response.status_code == 302 else "locked"


def outline_of(person: Any, world: World) -> Outline:
    course = CoursePage.objects.get(pk=world.course_id)
    place = get_access(person, course, NOW).place
    assert place is not None
    return get_outline(person, place, get_structure(course), at=NOW)


@settings(
    max_examples=15,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(case=ALL_OPEN)
@example(case=replace(ALL_OPEN, free_preview=True, enrollment="withdrawn"))
@example(case=replace(ALL_OPEN, lesson_live=False))
@example(case=replace(ALL_OPEN, module_live=False))
@example(case=replace(ALL_OPEN, opens=1))
@given(case=SITUATIONS)
def test_all_surfaces_agree(world: World, db: None, case: Situation) -> None:
    bring_about(world, case)
    with time_machine.travel(NOW, tick=False):
        for person in world.people.values():
            check_pages(person, world)
            check_work(person, world)
            check_file(person, world)
        check_search(world)
        check_bulk(world)


def check_pages(person: Any, world: World) -> None:
    """The hook before a page, and the outline."""
    course = CoursePage.objects.get(pk=world.course_id)
    lesson = LessonPage.objects.get(pk=world.lesson_id)
    for page in (course, ModulePage.objects.child_of(course).get(), lesson):
        access = get_access(person, page, NOW)
        assert answer_of(check_page, person, page, ..., (), {}) == access.state
    outline = outline_of(person, world)
    shown = {one.entry.id: one for module in outline.modules for one in module.lessons}
    if lesson.pk in shown:
        assert shown[lesson.pk].access.state == get_access(person, lesson, NOW).state
    else:  # an outline lists what is live in a live module
        assert not (lesson.live and lesson.get_parent().live)


def check_search(world: World) -> None:
    """The catalogue shows students, and visitors, what they may open."""
    course = CoursePage.objects.get(pk=world.course_id)
    for who in ("visitor", "student"):
        found = get_catalogue(world.people[who], QueryDict(f"q={TITLE}"), url="/courses/")
        is_open = get_access(world.people[who], course, NOW).is_open
        assert [card.course for card in found.cards] == ([course] if is_open else [])


def check_work(person: Any, world: World) -> None:
    """The list of a course's work, what is due, and where the student continues."""
    course = CoursePage.objects.get(pk=world.course_id)
    activity = Activity.objects.get(pk=world.activity_id)
    access, content = get_access(person, activity, NOW), get_access(person, Content(course), NOW)
    if content.is_open and content.place is not None and activity.is_visible:
        work = get_course_work(course, person, content.place.membership, NOW)
        assert bool(work.total) == access.is_there
    if getattr(person, "role", "") != "student":
        return
    due = get_student_dashboard(person).due
    assert [row.title for row in due] == ([activity.title] if access.is_open else [])
    for enrollment in Enrollment.objects.filter(student=person, course=course):
        if content.is_open:
            check_continue(enrollment, course)


def check_continue(enrollment: Enrollment, course: CoursePage) -> None:
    rows, structures = [enrollment], {course.pk: get_structure(course)}
    found = find_continue_lessons(enrollment.student, rows, structures, get_marks(rows), NOW)
    accesses = get_accesses(enrollment.student, lessons_of(course), NOW)
    is_open = any(access.is_open for access in accesses)
    assert bool(found[enrollment.pk]) == is_open


def check_file(person: Any, world: World) -> None:
    document = CourseDocument.objects.get(pk=world.document_id)
    access = get_access(person, document, NOW)
    assert answer_of(check_document, person, document, ...) == access.state
    reads = get_access(person, LessonPage.objects.get(pk=world.lesson_id), NOW).is_open
    if access.state != "open":
        assert not reads
    elif reads is False:
        assert person.role in {"teacher", "admin"}


def check_bulk(world: World) -> None:
    """For one, for many things and for many people: equal answers."""
    course = CoursePage.objects.get(pk=world.course_id)
    activity = Activity.objects.get(pk=world.activity_id)
    rows = [course, Content(course), *lessons_of(course), activity]
    student = world.people["student"]
    one_by_one = [get_access(student, row, NOW) for row in rows]
    assert get_accesses(student, rows, NOW) == one_by_one
    for row, access in zip(rows, one_by_one, strict=True):
        readers = set(get_readers(row, NOW).values_list("student", flat=True))
        enrolled = course.enrollments.reading().filter(student=student).exists()
        assert readers == ({student.pk} if access.is_open and enrolled else set())
