"""What authors do with activities of any kind: publish, announce, archive, delete."""

import logging

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import Conflict
from learning.access import get_access, get_accesses
from learning.memberships import ANY_READER
from learning.models import Activity
from learning.registries import activity_kinds
from learning.selectors.activities import count_records
from learning.services.completion import recheck_lessons
from learning.services.structure import touch_structure
from learning.signals import activity_published, activity_saved

logger = logging.getLogger(__name__)


@transaction.atomic
def sync_after_save(*, activity: Activity, by: User | None = None) -> None:
    """After every change by an author: its parts, the outline, its grade item, and who has done it
    by now.
    """
    activity_kinds[activity.kind].after_save(activity.specific)
    if activity.published and not activity.archived:
        publish(activity=activity, by=by)
    else:
        _send_saved(activity)
    recheck_lessons(activity=activity)


@transaction.atomic
def publish(*, activity: Activity, by: User | None = None) -> None:
    """Students of the course see it; the first time they are told.

    Raises `InvalidInput` while something is missing, `Conflict` for an archived one.
    """
    activity_kinds[activity.kind].check_publishable(activity.specific)
    stored = Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
    if stored.archived:
        raise Conflict(_("This is archived. Restore it before you publish it."))
    activity.published = True
    activity.published_at = stored.published_at or timezone.now()
    activity.save(update_fields=["published", "published_at", "updated"])
    _send_saved(activity)
    if stored.published_at is None:
        audit.record(f"{activity.kind}.published", actor=by, target=activity.specific)
    announce(activity=activity)


def _send_saved(activity: Activity) -> None:
    """Also for the outline, which shows what students see."""
    touch_structure([activity.course_id])
    activity_saved.send(sender=Activity, activity=activity)


@transaction.atomic
def announce(*, activity: Activity) -> bool:
    """Sends `activity_published` once, in one transaction with its mark. True: it was sent now.

    Safe to call at any time, twice, and by two at once. What students can't find yet, because its
    course is not open or its lesson is hidden, waits.
    """
    waiting = Activity.objects.unannounced().select_for_update(of=("self",), no_key=True)
    found = waiting.select_related("course").filter(pk=activity.pk).first()
    if found is None or not get_access(ANY_READER, found).is_there:
        return False
    found.announced_at = timezone.now()
    found.save(update_fields=["announced_at"])
    activity_published.send(sender=Activity, activity=found)
    return True


def announce_waiting(limit: int = 500) -> int:
    """The sweep: announces what came within reach, or whose announcement got lost.

    At most `limit` at once, and activities that a hidden lesson holds back are not among them: they
    keep no others waiting.
    """
    waiting = list(Activity.objects.unannounced().select_related("course").order_by("pk"))
    accesses = get_accesses(ANY_READER, waiting)
    found = [one for one, access in zip(waiting, accesses, strict=True) if access.is_there]
    return sum(_announce_safely(activity) for activity in found[:limit])


def _announce_safely(activity: Activity) -> bool:
    try:
        return announce(activity=activity)
    except Exception:  # a receiver may fail in any way: the others still have their turn
        logger.exception("Activity %s was not announced", activity.pk)
        return False


@transaction.atomic
def archive(*, activity: Activity, by: User | None) -> None:
    """Nobody gets it any more; everything that learners did with it stays. Twice does nothing."""
    _set_archived(activity, True, by)


@transaction.atomic
def restore(*, activity: Activity, by: User | None) -> None:
    """Back in use as it was."""
    _set_archived(activity, False, by)


def _set_archived(activity: Activity, archived: bool, by: User | None) -> None:
    # The parent's own manager: of a child Django would first select keys, and guard nothing.
    rows = Activity.objects.filter(pk=activity.pk, archived=not archived)
    changed = rows.update(archived=archived)
    activity.archived = archived
    if changed:
        touch_structure([activity.course_id])
        verb = "archived" if archived else "restored"
        audit.record(f"{activity.kind}.{verb}", actor=by, target=activity.specific)
        recheck_lessons(activity=activity)


@transaction.atomic
def delete(*, activity: Activity, by: User | None) -> None:
    """Deletes what nobody has used yet.

    Raises `Conflict` where records hang on it, also those that came while somebody asked.
    """
    if count_records(activity):
        raise Conflict(_("Records of learners hang on this. Archive it instead."))
    audit.record(
        f"{activity.kind}.deleted", actor=by, target=activity.specific, title=str(activity)
    )
    try:
        with transaction.atomic():
            specific = activity.specific
            activity_kinds[activity.kind].delete_parts(specific)
            specific.delete()
    except ProtectedError as error:
        raise Conflict(_("Records of learners hang on this. Archive it instead.")) from error
