"""Where others add to this layer: higher layers in `AppConfig.ready()`, and its own views."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

from django.apps import apps
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel

from core.registries import Registry
from learning.schedule import Extension, Window


class ActivityPlace(NamedTuple):
    """Where a body holds an activity. `course_id`: the activity's own course."""

    activity_id: int
    kind: str
    course_id: int
    display: str


@dataclass(frozen=True)
class ActivityState:
    """One activity as one person sees it. `note` is its state in words.

    `progress` is "running", "waiting" (for a grade) or empty. `worked`: something was handed in,
    which may count as done. `window`: the dates and limits of this person. `published`: students
    of its course may see it.
    """

    title: str
    url: str
    note: str
    done: bool
    icon: str = ""
    window: Window = field(default_factory=Window)
    progress: str = ""
    worked: bool = False
    published: bool = True
    course_id: int | None = None

    @property
    def due(self) -> datetime | None:
        return self.window.due

    @property
    def closes(self) -> datetime | None:
        return self.window.closes

    @property
    def minutes(self) -> int | None:
        """The time limit."""
        return self.window.minutes


@dataclass(frozen=True)
class HandedIn:
    """What one student handed in, as a list for those who teach shows it. `at`: when.

    `url` leads to where it is graded, or to its result. `points` is empty while it waits.
    """

    title: str
    student: Any
    at: datetime
    url: str
    icon: str
    points: Decimal | None = None
    max_points: Decimal | None = None


class ActivityKind:
    """What every other part of the academy asks about activities of one kind.

    Subclass it, and register an instance in `AppConfig.ready()`. Whatever is not said here, the
    kind's own model, views and services do. All methods take many activities at once and cost a
    bounded number of queries.
    """

    key: ClassVar[str]
    """As in `Activity.kind`."""
    model_label: ClassVar[str]
    label: ClassVar[Any]
    plural: ClassVar[Any]
    icon: ClassVar[str]
    """On the site: the name of an outline heroicon."""
    cms_icon: ClassVar[str] = "tasks"
    """In the CMS: the name of one of Wagtail's icons."""
    url_name: ClassVar[str] = "activity"
    """The address of its page, with the activity's key. The default is served by `show`."""
    announcement: ClassVar[Any]
    """The sentence that tells a class, with `%(title)s` and `%(course)s`."""
    is_graded_by_people: ClassVar[bool] = False
    """What students hand in waits in the course's queue."""
    computes_points: ClassVar[bool] = True
    """Its points are computed: what a person gives instead is an override, which stays."""
    completion_choices: ClassVar[Sequence[tuple[str, Any]]] = [
        ("submitted", _("When it has been handed in"))
    ]

    @property
    def model(self) -> Any:
        return apps.get_model(self.model_label)

    def get_url(self, activity_id: int) -> str:
        return reverse(self.url_name, args=[activity_id])

    def get_edit_url(self, activity_id: int) -> str:
        """Where its authors change it in the CMS: in the list of its model."""
        options = self.model._meta
        name = f"{options.app_label}_{options.model_name}_modeladmin_edit"
        return reverse(name, args=[activity_id])

    def get_panels(self) -> Sequence[Panel]:
        """What its form in the CMS shows."""
        raise NotImplementedError

    def show(self, request: HttpRequest, activity: Any) -> HttpResponse:
        """Its page, for kinds without an address of their own."""
        return redirect(self.get_url(activity.pk))

    def get_time_limits(self, activities: Sequence[Any]) -> Mapping[int, timedelta]:
        """How long one attempt takes at most, by key; activities without a limit are left out.

        They may be plain activities, or rows of the kind's own model with the limit in them.
        """
        return {}

    # -- As students see it --------------------------------------------------------------------
    def get_states(self, user: Any, ids: Collection[int]) -> Mapping[int, ActivityState]:
        """The state of each, for one person. `user` may be anonymous or a teacher: then nothing
        is done.
        """
        raise NotImplementedError

    def students_who_worked(self, ids: Collection[int]) -> QuerySet[Any]:
        """The keys of students who did something at one of these that may count as done."""
        raise NotImplementedError

    def worked_on(self, student_id: int) -> QuerySet[Any]:
        """The keys of the activities at which this student did so."""
        raise NotImplementedError

    def waits_for_grade(self, student_id: int) -> QuerySet[Any]:
        """The keys of the activities at which this student has done all, and waits for a grade."""
        return self.model.objects.none().values("pk")

    # -- As authors and graders see it ---------------------------------------------------------
    def get_team_rows(self, ids: Collection[int]) -> Mapping[int, "TeamRow"]:
        """What the course's team reads beside each in a list."""
        return {}

    def get_waiting(self) -> QuerySet[Any]:
        """What waits for a grade by a person, a row each, with the key of its course as
        `in_course`. Asked only of kinds that are graded by people.
        """
        raise NotImplementedError

    def list_waiting(self, course_ids: Collection[int], limit: int) -> Sequence[HandedIn]:
        """What has waited longest for a grade in these courses, oldest first."""
        return []

    def list_results(self, course_ids: Collection[int], limit: int) -> Sequence[HandedIn]:
        """What was marked in these courses without a person, newest first."""
        return []

    def get_max_points(self, activity: Any) -> Decimal | None:
        """What can be had. None: it is not graded."""
        return None

    def check_publishable(self, activity: Any) -> None:
        """Raises `InvalidInput` for the field `published` while something is missing."""

    def after_save(self, activity: Any) -> None:
        """Called in the transaction of every change by an author."""

    def count_records(self, activity: Any) -> list[str]:
        """What learners did with it, in words: with any of it, it is archived, never deleted."""
        return []

    def delete_parts(self, activity: Any) -> None:
        """Deletes what belongs to it alone, before it is deleted."""

    def copy(self, activity: Any, course: Any) -> Any:
        """An unpublished copy with its parts, for another course; nothing of any learner. As many
        queries for a large one as for a small one.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class TeamRow:
    """What a course's team reads beside an activity in a list: facts, and where to go on."""

    facts: Sequence[str] = ()
    waiting: int = 0
    """What waits for a grade."""
    grade_url: str = ""
    """Where what has waited longest is graded."""


activity_kinds: Registry[ActivityKind] = Registry("activity kinds")


class ThingKind(StrEnum):
    """What somebody may want to open. `CONTENT` is what is inside a course as a whole: the list of
    its activities, one's own results.
    """

    COURSE = "course"
    CONTENT = "content"
    MODULE = "module"
    LESSON = "lesson"
    ACTIVITY = "activity"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Thing:
    """One thing that somebody may want to open, as it is now.

    `live`: itself; of an activity: published and not archived. `module_live`: of a lesson, whether
    its module is live. `lessons`: those that hold an activity or document. `is_given`: a document
    that something else gives to this person. `row`: the object itself, where it was loaded.
    """

    kind: ThingKind
    id: int
    course_id: int
    live: bool = True
    course_live: bool = True
    course_archived: bool = False
    module_live: bool = True
    free_preview: bool = False
    lessons: tuple["Thing", ...] = ()
    is_given: bool = False
    row: Any = field(default=None, compare=False, repr=False)

    @property
    def is_announced_to_all(self) -> bool:
        """A page that the public syllabus of its course names."""
        return self.live and self.module_live and self.course_live and not self.course_archived


@dataclass(frozen=True)
class Refusal:
    """Why a rule does not let a person in now.

    Either the thing is locked, for a `reason` that people read, until a moment that may be unknown;
    or `hides`: for this person it does not exist.
    """

    reason: str = ""
    until: datetime | None = None
    hides: bool = False


class ReleaseRule:
    """Decides whether a person may open a thing. Subclass it and register an instance.

    Team members and administrators are never locked out: of a rule that locks, they are not asked.
    """

    facts: ClassVar[tuple[str, ...]] = ()
    """The registered facts that it needs. They are loaded once per call, for all things."""
    kinds: ClassVar[Collection[ThingKind]] = frozenset(ThingKind) - {ThingKind.DOCUMENT}
    """What it is asked about. A document is open where a lesson that holds it is."""

    def decide(self, facts: Mapping[str, Any], at: datetime) -> Refusal | None:
        """Pure: no clock and no database. None: nothing against it.

        `facts` has "thing" (a `Thing`), "membership" (a `Membership`), and what the rule names.
        """
        raise NotImplementedError

    def get_readers(self, thing: Thing, at: datetime) -> Q | None:
        """For many people: the enrollments, of students who may read the course, that it lets in.

        None, the default: it decides the same for each of them, and `decide` is asked once. A rule
        that differs between readers locks, and never hides.
        """
        return None


release_rules: Registry[ReleaseRule] = Registry("release rules")
"""What decides who may open what. Asked by `learning.access` alone."""

LoadFact = Callable[[Any, Sequence[Thing], datetime], Mapping[Thing, Any]]

release_facts: Registry[LoadFact] = Registry("release facts")
"""What release rules need to know: from a person, things and a moment, a value for each thing.

In constant queries. The person is None where the question is what holds for every reader."""

WindowExceptions = Callable[
    [Collection[int], Collection[int] | None, datetime], Mapping[tuple[int, int], Extension]
]

window_exceptions: Registry[WindowExceptions] = Registry("window exceptions")
"""What gives single students other dates: from keys of activities, keys of students (None: of
everybody) and a moment, the extensions in force by (activity, student). In constant queries."""

CompletionRule = Callable[[Any, Collection[Any]], set[int]]

completion_rules: Registry[CompletionRule] = Registry("completion rules")
"""What completes a course: from a course and some of its enrollments, whose `lessons_done` is
counted, the keys of those that satisfy the rule. Every rule must name an enrollment."""

PageView = Callable[[HttpRequest, Any], HttpResponse]

page_views: Registry[PageView] = Registry("page views")
"""What shows a page, by the label of its model: the page itself knows no screens."""


@dataclass(frozen=True)
class CourseTool:
    """A place that belongs to a course. `icon` is one of the website's (heroicons)."""

    label: Any
    icon: str
    get_url: Callable[[int], str]


DocumentOwner = Callable[[Any, Sequence[Any]], Collection[int]]

document_owners: Registry[DocumentOwner] = Registry("document owners")
"""What else than a lesson may hold documents: from a person and documents, the keys of those that
the person may download there. In constant queries."""

course_places: Registry[CourseTool] = Registry("course places")
"""Links for those who may read the course: on its page, and for its team in the CMS."""

BlockExtra = Callable[[Any, Any, Sequence[str]], Mapping[str, str]]

block_extras: Registry[BlockExtra] = Registry("block extras")
"""What is drawn after the blocks of a lesson's page, never in a preview: from the lesson, the
reader (who may be anonymous) and the ids of its blocks, HTML by the id of a block. Each is asked
once for all blocks; blocks inside other blocks are not among them. What is not marked as safe is
escaped. The body stays cached: this is drawn for each reader anew."""

lesson_panels: Registry[Panel] = Registry("lesson panels")
"""Panels of the lesson's editor, in the tab of its content. They are read when the editor is built
for the first time, after all apps are ready."""

course_settings_panels: Registry[Panel] = Registry("course settings panels")
"""The same in the tab of the course's settings."""
