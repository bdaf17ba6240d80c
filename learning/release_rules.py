"""The academy's own rules about who may open what, and when.

Each is pure: what it needs to know is in its facts. They are put together by `learning.access`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from learning.capabilities import Capability
from learning.registries import (
    Refusal,
    ReleaseRule,
    Thing,
    ThingKind,
    release_facts,
    release_rules,
)
from learning.schedule import Window
from learning.windows import list_extended, windows_for

HIDE = Refusal(hides=True)
INSIDE = (ThingKind.CONTENT, ThingKind.MODULE, ThingKind.LESSON, ThingKind.ACTIVITY)


class Published(ReleaseRule):
    """What is not live is there for nobody outside of the editor.

    Of activities, team members who see drafts have a page. The rest of the team reads live lessons
    also while their module or course is not live.
    """

    def decide(self, facts: Mapping[str, Any], at: datetime) -> Refusal | None:
        thing, membership = facts["thing"], facts["membership"]
        if thing.kind is ThingKind.ACTIVITY and membership.can(Capability.SEE_DRAFTS):
            return None
        if not thing.live:
            return HIDE
        around = thing.module_live and thing.course_live
        return None if around or membership.is_staff else HIDE


class NotArchived(ReleaseRule):
    """An archived course is left to its team."""

    def decide(self, facts: Mapping[str, Any], at: datetime) -> Refusal | None:
        if facts["thing"].course_archived and not facts["membership"].is_staff:
            return HIDE
        return None


class Enrolled(ReleaseRule):
    """The content of a course is for its team and its students, free previews are for everybody."""

    kinds = INSIDE

    def decide(self, facts: Mapping[str, Any], at: datetime) -> Refusal | None:
        membership = facts["membership"]
        is_in = membership.is_staff or membership.is_reading or facts["thing"].free_preview
        return None if is_in else HIDE


class Opening(ReleaseRule):
    """An activity is locked until it opens."""

    facts = ("window",)
    kinds = (ThingKind.ACTIVITY,)

    def decide(self, facts: Mapping[str, Any], at: datetime) -> Refusal | None:
        window = facts["window"]
        if window.has_opened(at):
            return None
        opens = date_format(localtime(window.opens), "DATETIME_FORMAT")
        return Refusal(_("This opens on %(date)s.") % {"date": opens}, until=window.opens)

    def get_readers(self, thing: Thing, at: datetime) -> Q | None:
        """Before it opens: those who were given an earlier opening."""
        windows = list_extended(thing.row, at)
        early = [student for student, window in windows.items() if window.has_opened(at)]
        if not early or windows_for([thing.row], with_limits=False)[thing.id].has_opened(at):
            return None
        return Q(student__in=early)


def load_windows(person: Any, things: Sequence[Thing], at: datetime) -> dict[Thing, Window]:
    """The fact "window" of activities."""
    activities = {thing: thing.row for thing in things if thing.kind is ThingKind.ACTIVITY}
    windows = windows_for(list(activities.values()), person, at, with_limits=False)
    return {thing: windows[thing.id] for thing in activities}


def register() -> None:
    """Called once, when the app is ready."""
    release_facts.register("window", load_windows)
    release_rules.register("published", Published())
    release_rules.register("not archived", NotArchived())
    release_rules.register("enrolled", Enrolled())
    release_rules.register("opening", Opening())
