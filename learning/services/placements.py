"""Keeps the rows of what lessons hold equal to the lessons' bodies."""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Model
from wagtail.blocks import StreamValue
from wagtail.models import Page

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

Rows = tuple[list[tuple[int, str]], list[tuple[str, int, str]]]


@transaction.atomic
def sync_placements(lesson: LessonPage) -> bool:
    """Writes the rows that follow from `lesson.body`, which has just been stored.

    Call it in the transaction that writes the column. Objects that no longer exist are skipped.
    True: something had changed.
    """
    wanted = _read_body(lesson.body)
    if wanted == _read_rows(lesson.pk):
        return False
    activities, references = wanted
    LessonActivity.objects.filter(lesson=lesson).delete()
    LessonReference.objects.filter(lesson=lesson).delete()
    LessonActivity.objects.bulk_create(
        LessonActivity(lesson=lesson, activity_id=pk, block_id=block_id, position=position)
        for position, (pk, block_id) in enumerate(activities)
    )
    LessonReference.objects.bulk_create(
        LessonReference(lesson=lesson, block_id=block_id, **{f"{field}_id": pk})
        for field, pk, block_id in references
    )
    return True


def rebuild_placements() -> Iterator[LessonPage]:
    """Brings the rows of all lessons up to date. Yields those whose rows were wrong."""
    for lesson in LessonPage.objects.order_by("pk").iterator(chunk_size=200):
        if sync_placements(lesson):
            yield lesson


def _read_body(body: StreamValue) -> Rows:
    found = list(walk_references(body))
    placed = [(pk, block) for model, pk, block in found if issubclass(model, Activity)]
    known = _existing(Activity, (pk for pk, _block in placed))
    references = []
    for field, target in FIELDS.items():
        used = [(pk, block) for model, pk, block in found if issubclass(model, target)]
        there = _existing(target, (pk for pk, _block in used))
        references += [(field, pk, block) for pk, block in used if pk in there]
    return [(pk, block) for pk, block in placed if pk in known], sorted(set(references))


def _read_rows(lesson_id: int) -> Rows:
    placed = LessonActivity.objects.filter(lesson=lesson_id).order_by("position")
    references = LessonReference.objects.filter(lesson=lesson_id)
    return (
        list(placed.values_list("activity_id", "block_id")),
        sorted(
            (field, getattr(row, f"{field}_id"), row.block_id)
            for row in references
            for field in FIELDS
            if getattr(row, f"{field}_id") is not None
        ),
    )


def _existing(model: type[Model], ids: Iterable[int]) -> set[int]:
    wanted = set(ids)
    if not wanted:
        return set()
    return set(model._default_manager.filter(pk__in=wanted).values_list("pk", flat=True))
