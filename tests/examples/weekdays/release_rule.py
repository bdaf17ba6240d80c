from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.db.models import Q

from learning.models import CoursePage
from learning.registries import Refusal, ReleaseRule, Thing, ThingKind

SATURDAY = 5


class OnlyOnWeekdays(ReleaseRule):
    """Some courses rest at the weekend, in each student's own time zone."""

    facts = ("only_on_weekdays", "time_zone")
    kinds = (ThingKind.MODULE, ThingKind.LESSON, ThingKind.ACTIVITY)

    def decide(self, facts: Mapping[str, Any], at: datetime) -> Refusal | None:
        here = at.astimezone(ZoneInfo(facts["time_zone"]))
        if not facts["only_on_weekdays"] or here.weekday() < SATURDAY:
            return None
        monday = here.date() + timedelta(days=7 - here.weekday())
        until = datetime.combine(monday, time(), tzinfo=here.tzinfo)
        return Refusal("This course is open on weekdays only.", until=until)

    def get_readers(self, thing: Thing, at: datetime) -> Q | None:
        if not load_courses(None, [thing], at)[thing]:
            return None
        zones = {zone: at.astimezone(ZoneInfo(zone)).weekday() for zone in available_timezones()}
        working = [zone for zone, weekday in zones.items() if weekday < SATURDAY]
        return Q(student__time_zone__in=working)


def load_courses(person: Any, things: Sequence[Thing], at: datetime) -> dict[Thing, bool]:
    """The fact "only_on_weekdays": whether the thing's course is one of those in the settings."""
    courses = CoursePage.objects.filter(slug__in=settings.ONLY_ON_WEEKDAYS)
    resting = set(courses.values_list("pk", flat=True))
    return {thing: thing.course_id in resting for thing in things}


def load_time_zone(person: Any, things: Sequence[Thing], at: datetime) -> dict[Thing, str]:
    """The fact "time_zone": the person's own."""
    return dict.fromkeys(things, getattr(person, "time_zone", settings.TIME_ZONE))
