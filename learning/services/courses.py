"""What belongs to a course beside its pages: its first lead, its collection, its archive."""

from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from wagtail.models import Collection, GroupApprovalTask, Page, Workflow, WorkflowPage
from wagtail.models import WorkflowTask as WorkflowStep

from accounts.models import GROUP_NAMES, Role, User
from core import audit
from learning.models import CourseDocument, CourseImage, CoursePage
from learning.models.teams import TeamRole
from learning.services.teams import add_member

MODERATION_NAME = "Moderation"
LONGEST_NAME = 255


@transaction.atomic
def set_up_course(*, course: CoursePage, by: User | None) -> CoursePage:
    """Gives a new, copied or aliased course its collection and, if it has no team, a lead: `by`.

    An administrator leads no course: theirs has no team until they add one. Safe to run twice.
    """
    ensure_collection(course=course)
    if by is not None and by.is_teacher and not course.team.exists():
        add_member(course=course, user=by, role=TeamRole.LEAD, by=by)
    return course


@transaction.atomic
def ensure_collection(*, course: CoursePage) -> Collection:
    """The collection of the course's pictures and files: its own, made where it is missing."""
    stored = CoursePage.objects.select_for_update(of=("self",)).get(pk=course.pk)
    if stored.collection is None:
        root = Collection.objects.select_for_update().get(depth=1)
        stored.collection = root.add_child(name=stored.title[:LONGEST_NAME])
        CoursePage.objects.filter(pk=stored.pk).update(collection=stored.collection)
    course.collection = stored.collection
    return stored.collection


def rename_collection(*, course: CoursePage, title: str) -> None:
    """The collection is called like its course."""
    Collection.objects.filter(pk=course.collection_id).update(name=title[:LONGEST_NAME])


def drop_empty_collection(*, collection_id: int | None) -> bool:
    """After its course was deleted: an empty collection goes too, one with files stays."""
    if collection_id is None or CoursePage.objects.filter(collection_id=collection_id).exists():
        return False
    kinds = (CourseImage, CourseDocument)
    if any(kind.objects.filter(collection_id=collection_id).exists() for kind in kinds):
        return False
    collection = Collection.objects.filter(pk=collection_id, depth__gt=1).first()
    if collection is not None:
        collection.delete()
    return collection is not None


@transaction.atomic
def archive_course(*, course: CoursePage, by: User | None) -> CoursePage:
    """Closes the course for students and keeps everything. Again: nothing more."""
    changed = CoursePage.objects.filter(pk=course.pk, archived_at__isnull=True).update(
        archived_at=timezone.now()
    )
    return _after_change(course, "learning.course_archived" if changed else "", by)


@transaction.atomic
def restore_course(*, course: CoursePage, by: User | None) -> CoursePage:
    """Opens an archived course again, as it was."""
    changed = CoursePage.objects.filter(pk=course.pk, archived_at__isnull=False).update(
        archived_at=None
    )
    return _after_change(course, "learning.course_restored" if changed else "", by)


@transaction.atomic
def ensure_moderation(course_index: Page) -> Workflow:
    """Everything below the catalogue is approved by an administrator before it is published.

    Safe to run twice. A workflow that somebody put on the catalogue by hand stays as it is.
    """
    placed = WorkflowPage.objects.filter(page_id=course_index.pk).select_related("workflow").first()
    if placed is not None:
        return placed.workflow
    workflow, _created = Workflow.objects.get_or_create(name=MODERATION_NAME, active=True)
    if not workflow.workflow_tasks.exists():
        WorkflowStep.objects.create(workflow=workflow, task=_approval(), sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page_id=course_index.pk)
    return workflow


def _approval() -> Any:
    administrators, _created = Group.objects.get_or_create(name=GROUP_NAMES[Role.ADMIN])
    task = GroupApprovalTask.objects.filter(active=True, groups=administrators).first()
    if task is None:
        task = GroupApprovalTask.objects.create(name=MODERATION_NAME)
        task.groups.add(administrators)
    return task


def _after_change(course: CoursePage, verb: str, by: User | None) -> CoursePage:
    if verb:
        audit.record(verb, actor=by, target=course)
    course.refresh_from_db(fields=["archived_at"])
    return course
