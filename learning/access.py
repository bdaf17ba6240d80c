"""What a person may open, when, and why not. The only place that decides.

Pages, outlines, lists, search, files and the API ask it: for one thing (`get_access`), for many
things of one person (`get_accesses`, `Decisions`), and for the many readers of one thing
(`get_readers`). Rules are in `learning.registries.release_rules`; today's are in
`learning.release_rules`. Rows are read each time: a move, an archived course, a lost role or a
withdrawal counts at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Length, Substr
from django.utils import timezone

from accounts.models import User
from core.errors import Conflict, Forbidden
from learning.capabilities import Capability
from learning.memberships import (
    ANY_READER,
    Membership,
    Person,
    Place,
    get_membership_outside,
    get_memberships,
    get_place,
    get_places,
)
from learning.models import (
    Activity,
    CourseDocument,
    CoursePage,
    Enrollment,
    LessonActivity,
    LessonPage,
    LessonReference,
    ModulePage,
)
from learning.registries import (
    Refusal,
    ReleaseRule,
    Thing,
    ThingKind,
    document_owners,
    release_facts,
    release_rules,
)

PAGE_KINDS = {
    CoursePage: ThingKind.COURSE,
    ModulePage: ThingKind.MODULE,
    LessonPage: ThingKind.LESSON,
}


class AccessState(StrEnum):
    """`LOCKED`: they would have access but for a date or a release rule. `HIDDEN`: for them it does
    not exist. `SIGN_IN`: a visitor may find it after signing in.
    """

    OPEN = "open"
    LOCKED = "locked"
    HIDDEN = "hidden"
    SIGN_IN = "sign in"


@dataclass(frozen=True)
class Access:
    """Whether one person may open one thing at one moment.

    `reasons`: why it is locked, sentences for people. `until`: when all of them will be over, where
    that is known. `place`: the course it is in and what the person is there, for what is in one.
    """

    state: AccessState
    reasons: tuple[str, ...] = ()
    until: datetime | None = None
    place: Place | None = field(default=None, compare=False, repr=False)

    @property
    def is_open(self) -> bool:
        return self.state is AccessState.OPEN

    @property
    def is_locked(self) -> bool:
        return self.state is AccessState.LOCKED

    @property
    def is_there(self) -> bool:
        """The person may know that it exists and what it is called."""
        return self.state in (AccessState.OPEN, AccessState.LOCKED)

    def require(self) -> None:
        """Raises `Conflict` with the reasons where it is locked, `Forbidden` where it is hidden."""
        if self.is_locked:
            raise Conflict(" ".join(self.reasons))
        if not self.is_open:
            raise Forbidden


OPEN = Access(AccessState.OPEN)
HIDDEN = Access(AccessState.HIDDEN)
SIGN_IN = Access(AccessState.SIGN_IN)


class Content(NamedTuple):
    """What is inside a course as a whole: the list of its activities, a student's own results."""

    course: CoursePage


Row = CoursePage | Content | ModulePage | LessonPage | Activity | CourseDocument


def get_access(
    person: Person,
    row: Any,
    at: datetime | None = None,
    *,
    membership: Membership | None = None,
) -> Access:
    """What this person may do with one thing at `at`, now if left out.

    `membership`: in its course, of an activity, a course or its content, where it is read already.
    """
    if membership is None:
        return get_accesses(person, [row], at)[0]
    course = row if isinstance(row, CoursePage) else row.course
    return get_accesses(person, [row], at, {course.pk: membership})[0]


def get_accesses(
    person: Person,
    rows: Sequence[Row],
    at: datetime | None = None,
    memberships: Mapping[int, Membership] | None = None,
) -> list[Access]:
    """One answer for each thing, in their order. Things of one type cost as much as one of them.

    `memberships`: those that the caller has read already, by the key of the course.
    """
    moment = at or timezone.now()
    found = _Loader(person, memberships or {}, moment)
    things = found.describe(rows)
    asked = [thing for thing in things if thing]
    decisions = Decisions.load(person, asked, found.memberships, moment)
    return [
        found.add_place(decisions.decide(thing), thing) if thing else HIDDEN for thing in things
    ]


def get_readers(
    row: CoursePage | Content | ModulePage | LessonPage | Activity,
    at: datetime | None = None,
    *,
    with_locked: bool = False,
) -> QuerySet[Enrollment]:
    """The enrollments of students of its course for whom this is open; `with_locked`: or locked.

    A condition of a queryset, made in a constant number of queries for any number of students.
    """
    moment = at or timezone.now()
    [thing] = _Loader(ANY_READER, {}, moment).describe([row])
    if thing is None:
        return Enrollment.objects.none()
    things = [thing, *thing.lessons]
    memberships = {thing.course_id: ANY_READER.membership}
    decisions = Decisions.load(ANY_READER, things, memberships, moment)
    condition = _readers_of(thing, decisions, with_locked)
    for_course = Enrollment.objects.reading().filter(course=thing.course_id)
    return for_course.none() if condition is None else for_course.filter(condition)


@dataclass(frozen=True)
class Decisions:
    """What one person may open of some things. Their facts are loaded; each is decided when asked.

    For lists of which only a part is shown: `get_accesses` decides all at once.
    """

    person: Person
    at: datetime
    memberships: Mapping[int, Membership]
    facts: Mapping[str, Mapping[Thing, Any]]

    @classmethod
    def load(
        cls,
        person: Person,
        things: Iterable[Thing],
        memberships: Mapping[int, Membership],
        at: datetime | None = None,
    ) -> "Decisions":
        """Loads each fact that a rule names, once, for all things that such rules are asked about.

        `memberships` by the key of the course: of people who are in none, they may be left out.
        """
        moment = at or timezone.now()
        asker = None if person is ANY_READER else person
        asked = {one: None for thing in things for one in (thing, *thing.lessons)}
        facts = {}
        for name, kinds in list_wanted_facts().items():
            about = [thing for thing in asked if thing.kind in kinds]
            facts[name] = release_facts[name](asker, about, moment) if about else {}
        return cls(person, moment, memberships, facts)

    def decide(self, thing: Thing) -> Access:
        """The answer for one of the things that the facts were loaded for.

        A document is for members who see drafts, readers of a live lesson that holds it, and those
        to whom another owner gives it.
        """
        membership = self._get_membership(thing)
        if thing.kind is ThingKind.DOCUMENT:
            if thing.is_given or membership.can(Capability.SEE_DRAFTS):
                return OPEN
            return self._answer(thing, self._ask_lessons(thing))
        refusals = self._ask_rules(thing, membership)
        sees_drafts = membership.can(Capability.SEE_DRAFTS)
        if thing.lessons and not sees_drafts and not any(one.hides for one in refusals):
            refusals += self._ask_lessons(thing)
        return self._answer(thing, refusals)

    def list_facts(self, thing: Thing, rule: ReleaseRule) -> dict[str, Any]:
        """What the rule is told about one thing."""
        named = {name: self.facts[name].get(thing) for name in rule.facts}
        return {"thing": thing, "membership": self._get_membership(thing), **named}

    def _get_membership(self, thing: Thing) -> Membership:
        found = self.memberships.get(thing.course_id)
        return found or get_membership_outside(self.person)

    def _ask_rules(self, thing: Thing, membership: Membership) -> list[Refusal]:
        """What speaks against it. Nobody of the team is locked out."""
        asked = (rule for rule in release_rules.values() if thing.kind in rule.kinds)
        found = (rule.decide(self.list_facts(thing, rule), self.at) for rule in asked)
        return [one for one in found if one and (one.hides or not membership.is_staff)]

    def _ask_lessons(self, thing: Thing) -> list[Refusal]:
        """It is open where one of its lessons is; else the reasons of the first to open."""
        locked: list[list[Refusal]] = []
        for lesson in thing.lessons:
            refusals = self._ask_rules(lesson, self._get_membership(lesson))
            if not refusals:
                return []
            if not any(one.hides for one in refusals):
                locked.append(refusals)
        return min(locked, key=_last_moment) if locked else [Refusal(hides=True)]

    def _answer(self, thing: Thing, refusals: Sequence[Refusal]) -> Access:
        if not refusals:
            return OPEN
        if not any(one.hides for one in refusals):
            reasons = tuple(dict.fromkeys(one.reason for one in refusals))
            until = None if any(one.until is None for one in refusals) else _last_moment(refusals)
            return Access(AccessState.LOCKED, reasons, until)
        if self.person.is_authenticated:
            return HIDDEN
        is_page = thing.kind in PAGE_KINDS.values()
        return HIDDEN if is_page and not thing.is_announced_to_all else SIGN_IN


def list_wanted_facts() -> dict[str, set[ThingKind]]:
    """The facts that rules name, and about which kinds of things."""
    wanted: dict[str, set[ThingKind]] = {}
    for rule in release_rules.values():
        for name in rule.facts:
            wanted.setdefault(name, set()).update(rule.kinds)
    return wanted


class _Loader:
    """Reads what things are and where they are now, and what the person is in their courses."""

    def __init__(self, person: Person, memberships: Mapping[int, Membership], at: datetime) -> None:
        self.person, self.at = person, at
        self.memberships = dict(memberships)
        self.places: dict[int, Place] = {}

    def describe(self, rows: Sequence[Row]) -> list[Thing | None]:
        """A thing for each row; None for pages that are in no course."""
        pages = [row for row in rows if isinstance(row, ModulePage | LessonPage)]
        courses = [row for row in rows if isinstance(row, CoursePage)]
        courses += [row.course for row in rows if isinstance(row, Content)]
        activities = [row for row in rows if isinstance(row, Activity)]
        documents = [row for row in rows if isinstance(row, CourseDocument)]
        self._place_pages(pages)
        self._place_courses(courses)
        found: dict[int, Thing] = {
            **self._describe_activities(activities),
            **self._describe_documents(documents),
        }
        return [found.get(id(row)) or self._describe_page(row) for row in rows]

    def add_place(self, access: Access, thing: Thing) -> Access:
        place = self.places.get(thing.id if thing.kind in PAGE_KINDS.values() else thing.course_id)
        return Access(access.state, access.reasons, access.until, place) if place else access

    def _place_pages(self, pages: Sequence[ModulePage | LessonPage]) -> None:
        """Course, module and membership of one page in one query, of many in two."""
        if len(pages) == 1:
            place = get_place(self.person, pages[0])
            found = {} if place is None else {pages[0].pk: place}
        else:
            found = get_places(self.person, pages) if pages else {}
        self.places |= found
        self.memberships |= {place.course.pk: place.membership for place in found.values()}

    def _place_courses(self, courses: Iterable[CoursePage]) -> None:
        by_id = {course.pk: course for course in courses}
        self._load_memberships(by_id)
        for pk, course in by_id.items():
            self.places[pk] = Place(course, module_live=True, membership=self.memberships[pk])

    def _load_memberships(self, course_ids: Iterable[int]) -> None:
        missing = [pk for pk in course_ids if pk not in self.memberships]
        self.memberships |= get_memberships(self.person, missing)

    def _describe_page(self, row: Any) -> Thing | None:
        kind = PAGE_KINDS.get(type(row), ThingKind.CONTENT)
        page = row.course if kind is ThingKind.CONTENT else row
        place = self.places.get(page.pk)
        if place is None:
            return None
        return describe_page(kind, page, place)

    def _describe_activities(self, activities: Sequence[Activity]) -> dict[int, Thing]:
        if not activities:
            return {}
        prefetch_related_objects(activities, "course")
        self._place_courses(activity.course for activity in activities)
        found = {id(one): _describe_activity(one) for one in activities}
        needed = [one for one in activities if self._needs_lessons(found[id(one)])]
        lessons = _find_lessons(LessonActivity, "activity", needed)
        for one in needed:
            own = (row for row in lessons[one.pk] if row["path"].startswith(one.course.path))
            held_by = tuple(_describe_lesson(row, one.course) for row in own)
            found[id(one)] = replace(found[id(one)], lessons=held_by)
        return found

    def _needs_lessons(self, thing: Thing) -> bool:
        """Not for those who see drafts, nor where a rule that needs no facts hides it anyway."""
        membership = self.memberships[thing.course_id]
        if membership.can(Capability.SEE_DRAFTS):
            return False
        facts = {"thing": thing, "membership": membership}
        plain = (one for one in release_rules.values() if thing.kind in one.kinds and not one.facts)
        refusals = (rule.decide(facts, self.at) for rule in plain)
        return not any(one and one.hides for one in refusals)

    def _describe_documents(self, documents: Sequence[CourseDocument]) -> dict[int, Thing]:
        """A document of a course's collection is that course's; any lesson may hold it."""
        if not documents:
            return {}
        if get_membership_outside(self.person).is_admin:
            return {id(one): Thing(ThingKind.DOCUMENT, one.pk, 0, row=one) for one in documents}
        owners = CoursePage.objects.filter(collection__in={one.collection_id for one in documents})
        owner_ids = dict(owners.values_list("collection", "pk"))
        if isinstance(self.person, User) and not self.person.is_student:
            self._load_memberships(owner_ids.values())
        closed = [one for one in documents if not self._sees_drafts(owner_ids, one)]
        lessons = _find_lessons(LessonReference, "document", closed)
        steps = 2 * CoursePage.steplen
        paths = {row["path"][:-steps] for rows in lessons.values() for row in rows}
        found = CoursePage.objects.filter(path__in=paths) if paths else []
        courses = {course.path: course for course in found}
        self._load_memberships(course.pk for course in courses.values())
        owners_give = (give(self.person, documents) for give in document_owners.values())
        given = {key for keys in owners_give for key in keys}
        return {
            id(one): Thing(
                kind=ThingKind.DOCUMENT,
                id=one.pk,
                course_id=owner_ids.get(one.collection_id, 0),
                is_given=one.pk in given,
                lessons=tuple(
                    _describe_lesson(row, courses[row["path"][:-steps]])
                    for row in lessons[one.pk]
                    if row["path"][:-steps] in courses
                ),
                row=one,
            )
            for one in documents
        }

    def _sees_drafts(self, owner_ids: Mapping[int, int], document: CourseDocument) -> bool:
        membership = self.memberships.get(owner_ids.get(document.collection_id, 0))
        return (membership or get_membership_outside(self.person)).can(Capability.SEE_DRAFTS)


def describe_page(
    kind: ThingKind, page: CoursePage | ModulePage | LessonPage, place: Place
) -> Thing:
    """A page of the tree, at its place."""
    return Thing(
        kind=kind,
        id=page.pk,
        course_id=place.course.pk,
        live=kind is ThingKind.CONTENT or page.live,
        course_live=kind is ThingKind.COURSE or place.course.live,
        course_archived=place.course.archived_at is not None,
        module_live=place.module_live,
        free_preview=getattr(page, "free_preview", False),
        row=page,
    )


def _describe_activity(activity: Activity) -> Thing:
    course = activity.course
    return Thing(
        kind=ThingKind.ACTIVITY,
        id=activity.pk,
        course_id=course.pk,
        live=activity.is_visible,
        course_live=course.live,
        course_archived=course.archived_at is not None,
        row=activity,
    )


def _find_lessons(
    model: Any, target: str, rows: Sequence[Activity | CourseDocument]
) -> defaultdict[int, list[dict[str, Any]]]:
    """The lessons that hold each of these, live or once live, by key. One query."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    if not rows:
        return found
    module_path = Substr("lesson__path", 1, Length(F("lesson__path")) - LessonPage.steplen)
    live_modules = ModulePage.objects.live().filter(path=OuterRef("module_path"))
    held = model.objects.filter(
        Q(lesson__live=True) | Q(lesson__first_published_at__isnull=False),
        **{f"{target}__in": [row.pk for row in rows]},
    )
    values = held.annotate(module_path=module_path).values(
        held_id=F(target),
        lesson_pk=F("lesson"),
        path=F("lesson__path"),
        live=F("lesson__live"),
        free_preview=F("lesson__free_preview"),
        module_live=Exists(live_modules),
    )
    for row in values.order_by("lesson__path").distinct():
        found[row["held_id"]].append(row)
    return found


def _describe_lesson(row: Mapping[str, Any], course: CoursePage) -> Thing:
    return Thing(
        kind=ThingKind.LESSON,
        id=row["lesson_pk"],
        course_id=course.pk,
        live=row["live"],
        course_live=course.live,
        course_archived=course.archived_at is not None,
        module_live=row["module_live"],
        free_preview=row["free_preview"],
    )


def _readers_of(thing: Thing, decisions: Decisions, with_locked: bool) -> Q | None:
    """Which enrollments may open it. None: nobody's."""
    condition = _let_in(thing, decisions, with_locked)
    if condition is None or not thing.lessons:
        return condition
    found = [_let_in(lesson, decisions, with_locked) for lesson in thing.lessons]
    of_lessons = [one for one in found if one is not None]
    if not of_lessons:
        return None
    if not all(of_lessons):  # an empty condition: everybody
        return condition
    any_lesson = of_lessons[0]
    for one in of_lessons[1:]:
        any_lesson |= one
    return condition & any_lesson


def _let_in(thing: Thing, decisions: Decisions, with_locked: bool) -> Q | None:
    condition = Q()
    for rule in release_rules.values():
        if thing.kind not in rule.kinds:
            continue
        own = rule.get_readers(thing, decisions.at)
        if own is not None:
            condition &= Q() if with_locked else own
            continue
        refusal = rule.decide(decisions.list_facts(thing, rule), decisions.at)
        if refusal and (refusal.hides or not with_locked):
            return None
    return condition


def _last_moment(refusals: Sequence[Refusal]) -> datetime:
    """When the last of them is over; far away where that is not known."""
    return max(one.until or FAR_AWAY for one in refusals)


FAR_AWAY = datetime.max.replace(tzinfo=timezone.get_default_timezone())
