"""Which work stands in which lesson. A block's key is the key of its activity type."""

from collections.abc import Iterable

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.blocks import StreamValue
from wagtail.models import Page, PageQuerySet, ReferenceIndex

from learning.blocks.activities import ActivityChooserBlock
from learning.models import CoursePage, LessonPage

Activity = tuple[str, int]
"""The kind of work and its key."""


def activities_in(lesson: LessonPage) -> tuple[Activity, ...]:
    """The work that this version of the lesson places, in its order, each once."""
    return find_activities(lesson.body)


def find_activities(body: StreamValue) -> tuple[Activity, ...]:
    """As stored in the body: no query, and no object is loaded."""
    kinds = {
        name
        for name, block in body.stream_block.child_blocks.items()
        if isinstance(block, ActivityChooserBlock)
    }
    placed = (
        (block["type"], block["value"])
        for block in body.raw_data
        if block["type"] in kinds and block["value"]
    )
    return tuple(dict.fromkeys(placed))


def lessons_placing(kind: str, object_id: int, *, course: CoursePage) -> list[LessonPage]:
    """The lessons of this course whose published version holds the work, unpublished ones too."""
    block = LessonPage.body.field.stream_block.child_blocks.get(kind)
    if not isinstance(block, ActivityChooserBlock):
        return []
    lessons = published_once(LessonPage.objects.descendant_of(course))
    lessons = lessons.filter(pk__in=_users_of(block.target_model, object_id))
    return [lesson for lesson in lessons if (kind, object_id) in activities_in(lesson)]


def published_once(lessons: PageQuerySet) -> PageQuerySet:
    """Lessons that are live or were. A draft that nobody published places nothing yet."""
    return lessons.filter(Q(live=True) | Q(first_published_at__isnull=False))


def _users_of(model_label: str, object_id: int) -> Iterable[int]:
    references = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        to_content_type=ContentType.objects.get_for_model(apps.get_model(model_label)),
        to_object_id=str(object_id),
    )
    return {int(pk) for pk in references.values_list("object_id", flat=True)}
