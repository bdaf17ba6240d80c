"""Which activities, files and pages stand in which lessons."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import Model
from wagtail.blocks import StreamValue

from learning.memberships import get_course_of
from learning.models import Activity, LessonActivity, LessonPage
from learning.querysets import published_once


class Placed(NamedTuple):
    """An activity in a lesson. `kind`: the key of its kind.

    `shown_in`: the key of the course whose students see it; none of drafts and archived ones.
    """

    id: int
    kind: str
    shown_in: int | None = None


def walk_references(body: StreamValue) -> Iterator[tuple[type[Model], int, str]]:
    """What a body refers to, at any depth: the model, the key, and the id of the block around it.

    One query for each type of chooser block that is used. Objects that are gone are left out where
    a block holds them; links in text are not looked up.
    """
    for model, key, _model_path, path in body.stream_block.extract_references(body):
        if key.isdecimal():
            yield model, int(key), next(p for p in reversed(path.split(".")) if len(p) == 36)


def get_placed(lesson_ids: Iterable[int]) -> dict[int, tuple[Placed, ...]]:
    """The activities in the stored bodies of these lessons, in their order, each once. One query.

    Lessons that hold none are left out.
    """
    rows = LessonActivity.objects.filter(lesson__in=lesson_ids).select_related("activity")
    found: dict[int, dict[Placed, None]] = {}
    for row in rows.order_by("lesson", "position"):
        activity = row.activity
        shown_in = activity.course_id if activity.is_visible else None
        placed = Placed(activity.pk, activity.kind, shown_in)
        found.setdefault(row.lesson_id, {})[placed] = None
    return {lesson_id: tuple(placed) for lesson_id, placed in found.items()}


def list_placed(lesson: LessonPage) -> tuple[Placed, ...]:
    """The activities in the stored body of one lesson."""
    return get_placed([lesson.pk]).get(lesson.pk, ())


def lessons_placing(activity: Activity) -> list[LessonPage]:
    """The lessons of the activity's own course that hold it, unpublished ones too.

    Copies of a lesson in other courses hold it in name only.
    """
    lessons = published_once(LessonPage.objects.descendant_of(activity.course))
    holding = LessonActivity.objects.filter(activity=activity.pk).values("lesson")
    return list(lessons.filter(pk__in=holding).order_by("path"))


def list_foreign(lesson: LessonPage) -> list[Activity]:
    """The activities in the lesson's body as it is in memory that belong to another course than the
    lesson does: a copied lesson has them. Each once, in their order. At most four queries.
    """
    found = walk_references(lesson.body)
    placed = dict.fromkeys(pk for model, pk, _block in found if issubclass(model, Activity))
    if not placed:
        return []
    own = get_course_of(lesson)
    foreign = Activity.objects.filter(pk__in=placed).select_related("course")
    if own is not None:
        foreign = foreign.exclude(course=own)
    order = list(placed)
    return sorted(foreign, key=lambda activity: order.index(activity.pk))
