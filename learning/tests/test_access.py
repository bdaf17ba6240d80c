"""What a person may open: person × course × thing × moment, for one, for many, for many people."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from pytest_django.plugin import DjangoDbBlocker

from accounts.tests.factories import AdminFactory, StudentFactory, TeacherFactory
from core.errors import Conflict, Forbidden
from core.tests.module_data import made_once
from learning.access import Content, get_access, get_accesses, get_readers
from learning.memberships import ANY_READER, get_memberships
from learning.models import Activity, CoursePage, LessonPage, ModulePage
from learning.permissions import require_student_access
from learning.registries import (
    Refusal,
    ReleaseRule,
    Thing,
    ThingKind,
    document_owners,
    release_facts,
    release_rules,
    window_exceptions,
)
from learning.schedule import Extension
from learning.tests.factories import (
    CourseDocumentFactory,
    CourseTeamFactory,
    LessonPageFactory,
    ModulePageFactory,
    enroll,
    make_course,
)
from learning.tests.work import make_assignment, make_quiz

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
OPENS = NOW + timedelta(days=1)
PEOPLE = (
    "visitor",
    "outsider",
    "withdrawn",
    "pending",
    "student",
    "graduate",
    "moderator",
    "lead",
    "other_teacher",
    "admin",
)
LETTERS = {"O": "open", "L": "locked", "H": "hidden", "S": "sign in"}

# In the order of PEOPLE.
OPEN_COURSE = {
    "course": "OOOOOOOOOO",
    "content": "SHHHOOOOHO",
    "module": "SHHHOOOOHO",
    "lesson": "SHHHOOOOHO",
    "preview": "OOOOOOOOOO",
    "draft lesson": "HHHHHHHHHH",
    "lesson in a draft module": "HHHHHHOOHO",
    "exam in no lesson": "SHHHOOOOHO",
    "quiz in the lesson": "SHHHOOOOHO",
    "quiz in the preview": "SHHHOOOOHO",
    "quiz in the draft module": "SHHHHHOOHO",
    "draft quiz": "SHHHHHHOHO",
    "archived quiz": "SHHHHHHOHO",
    "quiz that opens later": "SHHHLLOOHO",
    "file of the lesson": "SHHHOOOOHO",
    "file of the preview": "OOOOOOOOOO",
    "file of the draft": "SHHHHHHOHO",
}
CLOSED_COURSE = {
    name: "HHHHHHHHHH" if name == "draft lesson" else "HHHHHHOOHO" for name in OPEN_COURSE
} | {
    "content": "SHHHHHOOHO",
    "exam in no lesson": "SHHHHHOOHO",
    "quiz in the lesson": "SHHHHHOOHO",
    "quiz in the preview": "SHHHHHOOHO",
    "quiz in the draft module": "SHHHHHOOHO",
    "draft quiz": "SHHHHHHOHO",
    "archived quiz": "SHHHHHHOHO",
    "quiz that opens later": "SHHHHHOOHO",
    "file of the lesson": "SHHHHHOOHO",
    "file of the preview": "SHHHHHOOHO",
    "file of the draft": "SHHHHHHOHO",
}
TABLE = {
    "open": OPEN_COURSE,
    "archived": CLOSED_COURSE,
    "unpublished": CLOSED_COURSE | {"course": "HHHHHHHHHH"},
    "open, later": OPEN_COURSE | {"quiz that opens later": "SHHHOOOOHO"},
}


@dataclass
class World:
    course: CoursePage
    people: dict[str, Any]
    rows: dict[str, Any]

    def ask_one(self, who: str, at: datetime = NOW) -> dict[str, str]:
        return {
            name: get_access(self.people[who], row, at).state for name, row in self.rows.items()
        }

    def ask_many(self, who: str, at: datetime = NOW) -> dict[str, str]:
        accesses = get_accesses(self.people[who], list(self.rows.values()), at)
        return {name: one.state for name, one in zip(self.rows, accesses, strict=True)}


def build_world() -> World:
    course, other = make_course(modules=0), make_course(lessons=1)
    places = ("quiz in the lesson", "quiz in the preview", "quiz in the draft module")
    quizzes = {name: make_quiz(course) for name in places}
    files = {
        f"file of the {name}": CourseDocumentFactory(collection=course.collection)
        for name in ("lesson", "preview", "draft")
    }
    pages = make_pages(course, list(quizzes.values()), list(files.values()))
    return World(
        course=CoursePage.objects.get(pk=course.pk),
        people=make_people(course, other),
        rows={
            "course": course,
            "content": Content(course),
            **pages,
            **quizzes,
            **files,
            "exam in no lesson": make_quiz(course),
            "draft quiz": make_quiz(course, published=False),
            "archived quiz": make_quiz(course, archived=True),
            "quiz that opens later": make_quiz(course, opens_at=OPENS),
        },
    )


def make_pages(course: CoursePage, quizzes: list[Any], files: list[Any]) -> dict[str, Any]:
    """Lessons that hold these, in a live module and in one that is not."""
    module = ModulePageFactory(parent=course)
    hidden = ModulePageFactory(parent=course, live=False)
    bodies = [("document", {"document": file, "title": ""}) for file in files]
    held = [("activity", {"activity": quiz}) for quiz in quizzes]
    return {
        "module": module,
        "lesson": LessonPageFactory(parent=module, body=[held[0], bodies[0]]),
        "preview": LessonPageFactory(parent=module, body=[held[1], bodies[1]], free_preview=True),
        "draft lesson": LessonPageFactory(parent=module, body=[bodies[2]], live=False),
        "lesson in a draft module": LessonPageFactory(parent=hidden, body=[held[2]]),
    }


def make_people(course: CoursePage, other: CoursePage) -> dict[str, Any]:
    return {
        "visitor": AnonymousUser(),
        "outsider": enroll(StudentFactory(), other).student,
        "withdrawn": enroll(StudentFactory(), course, state="withdrawn").student,
        "pending": enroll(StudentFactory(), course, state="pending").student,
        "student": enroll(StudentFactory(), course).student,
        "graduate": enroll(StudentFactory(), course, state="completed", completed_at=NOW).student,
        "moderator": CourseTeamFactory(course=course, role="moderator").user,
        "lead": CourseTeamFactory(course=course, role="lead").user,
        "other_teacher": CourseTeamFactory(course=other, user=TeacherFactory()).user,
        "admin": AdminFactory(),
    }


@pytest.fixture(scope="module")
def built_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with made_once(django_db_blocker, build_world) as world:
        yield world


@pytest.fixture
def world(built_world: World, db: None) -> World:
    return deepcopy(built_world)


def bring_into(world: World, state: str) -> datetime:
    """The course in this state, with every row as it is then. Returns the moment to ask about."""
    if state == "archived":
        CoursePage.objects.filter(pk=world.course.pk).update(archived_at=NOW)
    if state == "unpublished":
        CoursePage.objects.filter(pk=world.course.pk).update(live=False)
    course = CoursePage.objects.get(pk=world.course.pk)
    world.rows |= {"course": course, "content": Content(course)}
    for name, row in world.rows.items():
        if isinstance(row, Activity):
            world.rows[name] = Activity.objects.select_related("course").get(pk=row.pk)
    return OPENS if state == "open, later" else NOW


def expected_of(state: str, who: str) -> dict[str, str]:
    column = PEOPLE.index(who)
    return {name: LETTERS[letters[column]] for name, letters in TABLE[state].items()}


@pytest.mark.parametrize("state", TABLE)
def test_answer_for_one_thing_and_for_many_is_what_the_table_says(world: World, state: str) -> None:
    moment = bring_into(world, state)
    for who in PEOPLE:
        expected = expected_of(state, who)
        assert world.ask_one(who, moment) == expected, who
        assert world.ask_many(who, moment) == expected, who


@pytest.mark.parametrize("state", TABLE)
def test_answer_for_many_people_is_what_the_table_says(world: World, state: str) -> None:
    moment = bring_into(world, state)
    enrolled = {"student", "graduate"}
    for name, row in pages_and_activities(world).items():
        letters = dict(zip(PEOPLE, TABLE[state][name], strict=True))
        for with_locked, wanted in ((False, "O"), (True, "OL")):
            found = get_readers(row, moment, with_locked=with_locked)
            students = set(found.values_list("student", flat=True))
            expected = {who for who in enrolled if letters[who] in wanted}
            assert students == {world.people[who].pk for who in expected}, (name, with_locked)


def pages_and_activities(world: World) -> dict[str, Any]:
    """What belongs to one course: a document may be held by lessons of several."""
    return {name: row for name, row in world.rows.items() if not name.startswith("file")}


@pytest.mark.parametrize("who", ["visitor", "student", "moderator", "lead", "admin"])
@pytest.mark.parametrize("kind", [ModulePage, LessonPage, Activity, "file", CoursePage])
def test_many_things_cost_as_much_as_two(world: World, who: str, kind: Any) -> None:
    few = rows_of(world, kind)
    more = [*few, *more_rows(world, kind)]
    assert count(lambda: get_accesses(world.people[who], fresh(more), NOW)) <= count(
        lambda: get_accesses(world.people[who], fresh(few), NOW)
    )


def rows_of(world: World, kind: Any) -> list[Any]:
    if kind == "file":
        return [row for name, row in world.rows.items() if name.startswith("file")]
    if kind is Activity:
        return [row for row in world.rows.values() if isinstance(row, Activity)]
    return list(kind.objects.all()[:2])


def more_rows(world: World, kind: Any) -> list[Any]:
    """As many again, in another course of the same people."""
    course = make_course(modules=2, lessons=2)
    module = ModulePageFactory(parent=CoursePage.objects.get(pk=course.pk))
    quizzes = [make_quiz(course) for _ in range(3)]
    file = CourseDocumentFactory(collection=course.collection)
    body = [("document", {"document": file, "title": ""})]
    LessonPageFactory(
        parent=module, body=[*body, *(("activity", {"activity": one}) for one in quizzes)]
    )
    enroll(world.people["student"], course)
    for role in ("moderator", "lead"):
        CourseTeamFactory(course=course, user=world.people[role], role=role)
    found = {Activity: quizzes, "file": [file], CoursePage: [course]}
    return found.get(kind) or list(kind.objects.descendant_of(course))


def fresh(rows: list[Any]) -> list[Any]:
    """The rows as a view reads them: with nothing of their course at hand."""
    return [type(row).objects.get(pk=row.pk) for row in rows]


def count(call: Callable[[], Any]) -> int:
    """Queries of the call, without those that `fresh` makes for its rows."""
    with CaptureQueriesContext(connection) as queries:
        call()
    return len([one for one in queries if "LIMIT 21" not in one["sql"]])


def test_readers_of_a_thing_cost_the_same_for_any_number_of_students(world: World) -> None:
    quiz = world.rows["quiz in the lesson"]
    few = count(lambda: list(get_readers(quiz, NOW)))
    for student in StudentFactory.create_batch(20):
        enroll(student, world.course)
    assert len(get_readers(quiz, NOW)) == 22
    assert count(lambda: list(get_readers(quiz, NOW))) == few


def test_membership_that_is_read_already_is_not_read_again(world: World) -> None:
    student, course = world.people["student"], world.course
    membership = get_memberships(student, [course.pk])[course.pk]
    assert count(lambda: get_access(student, Content(course), NOW, membership=membership)) == 0
    assert get_access(student, course, NOW, membership=membership).is_open


def test_page_in_no_course_is_hidden(world: World) -> None:
    ModulePage.objects.filter(pk=world.rows["module"].pk).update(path="00019999", depth=2)
    module = ModulePage.objects.get(pk=world.rows["module"].pk)
    assert get_access(world.people["admin"], module).state == "hidden"


def test_lost_role_and_deactivation_end_access_at_once(world: World) -> None:
    lead, student = world.people["lead"], world.people["student"]
    lead.role, student.is_active = "student", False
    for person in (lead, student):
        assert get_access(person, world.rows["lesson"], NOW).state == "hidden"


# -- Locked ---------------------------------------------------------------------------------------
def test_locked_activity_says_when_it_opens(world: World) -> None:
    access = get_access(world.people["student"], world.rows["quiz that opens later"], NOW)
    assert access.reasons == ("This opens on 26 November 2026, 12:00.",)
    assert access.until == OPENS
    assert not access.is_open
    assert access.is_there


def test_what_is_locked_is_refused_with_its_reason(world: World) -> None:
    quiz = world.rows["quiz that opens later"]
    with pytest.raises(Conflict, match="This opens on 26 November 2026, 12:00"):
        require_student_access(world.people["student"], quiz, NOW)
    assert require_student_access(world.people["student"], quiz, OPENS).course == world.course
    for who in ("withdrawn", "lead", "visitor"):
        with pytest.raises(Forbidden):
            require_student_access(world.people[who], quiz, OPENS)


class Pause(ReleaseRule):
    """Locks lessons, unless a fact says that this one is free."""

    facts = ("free",)
    kinds = (ThingKind.LESSON,)

    def decide(self, facts: Mapping[str, Any], at: datetime) -> Refusal | None:
        return None if facts["free"] else Refusal("A pause.", until=at + timedelta(hours=1))

    def get_readers(self, thing: Thing, at: datetime) -> Q | None:
        return Q(student__last_name="Free")


@contextmanager
def rule_of_pauses() -> Iterator[list[int]]:
    """While it holds, lessons are locked but for people called Free. Yields sizes of its loads."""
    loads: list[int] = []

    def load(person: Any, things: Collection[Thing], at: datetime) -> dict[Thing, bool]:
        loads.append(len(things))
        return dict.fromkeys(things, getattr(person, "last_name", "") == "Free")

    with release_rules.restored(), release_facts.restored():
        release_facts.register("free", load)
        release_rules.register("pause", Pause())
        yield loads


def test_locked_lesson_locks_what_it_holds_and_nobody_of_the_team(world: World) -> None:
    names = ("lesson", "quiz in the lesson", "file of the lesson")
    with rule_of_pauses():
        for who in PEOPLE:
            before, found = expected_of("open", who), world.ask_many(who)
            assert found == world.ask_one(who)
            locked = who in ("student", "graduate")
            for name in names:
                assert found[name] == ("locked" if locked else before[name]), (who, name)
            assert found["exam in no lesson"] == before["exam in no lesson"]
        assert world.ask_one("visitor")["preview"] == "locked"
        assert world.ask_one("visitor")["file of the preview"] == "locked"


def test_rule_that_differs_between_readers_says_the_same_for_many_people(world: World) -> None:
    world.people["graduate"].last_name = "Free"
    world.people["graduate"].save()
    with rule_of_pauses():
        for name, row in pages_and_activities(world).items():
            students = [world.people[who] for who in ("student", "graduate")]
            one_by_one = [get_access(student, row, NOW) for student in students]
            found = set(get_readers(row, NOW).values_list("student", flat=True))
            pairs = list(zip(students, one_by_one, strict=True))
            assert found == {student.pk for student, access in pairs if access.is_open}, name
            there = get_readers(row, NOW, with_locked=True).values_list("student", flat=True)
            assert set(there) == {student.pk for student, access in pairs if access.is_there}, name


def test_fact_is_loaded_once_for_all_things_that_its_rule_is_asked_about(world: World) -> None:
    with rule_of_pauses() as loads:
        world.ask_many("student")
    assert loads == [4]


def test_reasons_of_several_rules_stand_together_until_the_last_is_over(world: World) -> None:
    quiz = world.rows["quiz in the lesson"]
    Activity.objects.filter(pk=quiz.pk).update(opens_at=OPENS)
    with rule_of_pauses():
        access = get_access(world.people["student"], Activity.objects.get(pk=quiz.pk), NOW)
    assert access.reasons == ("This opens on 26 November 2026, 12:00.", "A pause.")
    assert access.until == OPENS


def test_activity_in_two_lessons_is_open_where_one_of_them_is(world: World) -> None:
    quiz = world.rows["quiz in the draft module"]
    assert not get_access(world.people["student"], quiz, NOW).is_open
    lesson = world.rows["lesson"]
    lesson.body = [("activity", {"activity": quiz})]
    lesson.save()
    assert get_access(world.people["student"], quiz, NOW).is_open


def test_student_with_an_earlier_opening_is_let_in_before_the_others(world: World) -> None:
    quiz, early = world.rows["quiz that opens later"], world.people["graduate"]
    given = {(quiz.pk, early.pk): Extension(opens=NOW)}
    with window_exceptions.restored():
        window_exceptions.register("test", lambda activities, students, at: given)
        assert get_access(early, quiz, NOW).is_open
        assert get_access(world.people["student"], quiz, NOW).is_locked
        assert [one.student for one in get_readers(quiz, NOW)] == [early]
        assert get_readers(quiz, OPENS).count() == 2


def test_any_reader_stands_for_students_whom_nothing_sets_apart(world: World) -> None:
    for name, row in pages_and_activities(world).items():
        assert get_access(ANY_READER, row, NOW) == get_access(world.people["student"], row, NOW), (
            name
        )


def test_assignment_opens_by_the_same_rule(world: World) -> None:
    work = make_assignment(world.course, opens_at=OPENS)
    assert get_access(world.people["student"], work, NOW).is_locked
    assert get_access(world.people["student"], work, OPENS).is_open


def test_document_that_something_else_gives_is_open_without_a_lesson(world: World) -> None:
    hidden, other = world.rows["file of the draft"], world.rows["file of the lesson"]
    outsider = world.people["outsider"]

    def give(person: Any, documents: Sequence[Any]) -> set[int]:
        return {hidden.pk} if person == outsider else set()

    with document_owners.restored():
        document_owners.register("test", give)
        found = get_accesses(outsider, [hidden, other], NOW)
        assert [one.state for one in found] == ["open", "hidden"]
        assert not get_access(world.people["student"], hidden, NOW).is_open
