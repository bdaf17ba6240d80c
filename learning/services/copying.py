"""What a copied course takes along besides its pages."""

import json
from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from learning.blocks.activity import replace_activities
from learning.models import Activity, CoursePage, LessonPage
from learning.registries import activity_kinds
from learning.services.activities import sync_after_save


@transaction.atomic
def copy_activities(*, source: CoursePage, target: CoursePage, by: User | None) -> int:
    """Copies the activities of a course into its copy, whose lessons then hold the copies.

    Archived ones stay behind. The copies are unpublished, as their kinds make them. Drafts and
    older versions of the lessons are changed, too. Returns how many were copied: none where the
    target has activities, so that it is safe to repeat. All or nothing; the number of queries
    grows with the activities and the lessons, and not with their product.
    """
    CoursePage.objects.select_for_update(of=("self",)).get(pk=target.pk)
    if Activity.objects.filter(course=target).exists():
        return 0
    copies: dict[int, int] = {}
    for kind in activity_kinds.values():
        for activity in kind.model.objects.filter(course=source, archived=False).order_by("pk"):
            copied = kind.copy(activity, target)
            sync_after_save(activity=copied, by=by)
            copies[activity.pk] = copied.pk
    if copies:
        for lesson in LessonPage.objects.descendant_of(target).order_by("path"):
            _replace_in(lesson, copies)
    return len(copies)


def _replace_in(lesson: LessonPage, copies: Mapping[int, int]) -> None:
    """In the stored body and in all revisions. They go on saying when they were written."""
    field = lesson._meta.get_field("body")
    stored = lesson.body.get_prep_value()
    changed = replace_activities(field.stream_block, stored, copies)
    if changed != stored:
        lesson.body = field.to_python(changed)
        lesson.save(clean=False, update_fields=["body"])
    revisions = []
    for revision in lesson.revisions.all():
        stored = json.loads(revision.content["body"])
        changed = replace_activities(field.stream_block, stored, copies)
        if changed != stored:
            revision.content["body"] = json.dumps(changed)
            revisions.append(revision)
    lesson.revisions.bulk_update(revisions, ["content"])
