"""Keeps the rows of what lessons hold equal to the lessons' bodies, and tells which rendered bodies
are out of date. Those are cached under `LessonPage.body_version`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Model
from wagtail.blocks import StreamValue
from wagtail.models import Page, PageQuerySet

from learning.models import (
    Activity,
    CourseDocument,
    CourseImage,
    LessonActivity,
    LessonPage,
    LessonReference,
)
from learning.selectors.placements import walk_references

FIELDS: dict[str, type[Model]] = {"document": CourseDocument, "image": CourseImage, "page": Page}
"""The field of `LessonReference` for each kind of target."""


@dataclass(frozen=True, order=True)
class Held:
    """What a body holds, as one row says it. `field`: "activity", or a key of `FIELDS`.

    `position` counts the activities of a body from 0; it is 0 for everything else.
    """

    field: str
    pk: int
    block_id: str
    position: int = 0


@dataclass(frozen=True)
class Difference:
    """What was wrong in the rows of one lesson: rows that were missing, and rows too many."""

    lesson: LessonPage
    added: list[Held]
    removed: list[Held]


@transaction.atomic
def sync_placements(lesson: LessonPage) -> Difference | None:
    """Writes the rows that follow from `lesson.body`, which has just been stored.

    Call it in the transaction that writes the column. Objects that no longer exist are skipped.
    Returns what has changed, None where the rows were right.
    """
    wanted, stored = Counter(_read_body(lesson.body)), Counter(_read_rows(lesson.pk))
    if wanted == stored:
        return None
    LessonActivity.objects.filter(lesson=lesson).delete()
    LessonReference.objects.filter(lesson=lesson).delete()
    LessonActivity.objects.bulk_create(
        LessonActivity(
            lesson=lesson, activity_id=held.pk, block_id=held.block_id, position=held.position
        )
        for held in wanted
        if held.field == "activity"
    )
    LessonReference.objects.bulk_create(
        LessonReference(lesson=lesson, block_id=held.block_id, **{f"{held.field}_id": held.pk})
        for held in wanted
        if held.field != "activity"
    )
    added, removed = wanted - stored, stored - wanted
    return Difference(lesson, sorted(added.elements()), sorted(removed.elements()))


def rebuild_placements() -> Iterator[Difference]:
    """Brings the rows of all lessons up to date. Yields what was wrong, by lesson."""
    for lesson in LessonPage.objects.order_by("pk").iterator(chunk_size=200):
        if difference := sync_placements(lesson):
            yield difference


def _read_body(body: StreamValue) -> Iterator[Held]:
    """Each activity as often as it is there, everything else once for each block."""
    found = list(walk_references(body))
    placed = [(pk, block) for model, pk, block in found if issubclass(model, Activity)]
    known = _existing(Activity, (pk for pk, _block in placed))
    there = [(pk, block) for pk, block in placed if pk in known]
    for position, (pk, block) in enumerate(there):
        yield Held("activity", pk, block, position)
    for field, target in FIELDS.items():
        used = {(pk, block) for model, pk, block in found if issubclass(model, target)}
        known = _existing(target, (pk for pk, _block in used))
        yield from (Held(field, pk, block) for pk, block in sorted(used) if pk in known)


def _read_rows(lesson_id: int) -> Iterator[Held]:
    for row in LessonActivity.objects.filter(lesson=lesson_id):
        yield Held("activity", row.activity_id, row.block_id, row.position)
    for reference in LessonReference.objects.filter(lesson=lesson_id):
        for field in FIELDS:
            if pk := getattr(reference, f"{field}_id"):
                yield Held(field, pk, reference.block_id)


def _existing(model: type[Model], ids: Iterable[int]) -> set[int]:
    wanted = set(ids)
    if not wanted:
        return set()
    return set(model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True))


def drop_bodies(lessons: PageQuerySet) -> int:
    """What was rendered of these lessons is not used again. Returns how many they are.

    Call it in the transaction of the change, or after it.
    """
    return lessons.update(body_version=F("body_version") + 1)


def drop_bodies_linking(page: Page) -> None:
    """Before `page` is stored: drops what links to it where its address or live state changes.

    With another address what links to a page below it is dropped, too. One query for a page
    whose address and state stay as they are.
    """
    stored = Page.objects.filter(pk=page.pk).values_list("url_path", "live").first()
    if stored is None or stored == (page.url_path, page.live):
        return
    links = LessonReference.objects.filter(page__path__startswith=page.path)
    if stored[0] == page.url_path:
        links = LessonReference.objects.filter(page=page.pk)
    drop_bodies(LessonPage.objects.filter(pk__in=links.values("lesson")))
