"""Telling people: the one service that creates notifications, for every app; and their reading."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, models, transaction
from django.db.models import DateTimeField, IntegerField, Max, QuerySet, Value
from django.utils import timezone

from core.errors import NotFound
from core.jobs import enqueue, enqueue_many
from learning.models import Enrollment
from notifications.models import Channel, Delivery, DeliveryState, Event, Notification
from notifications.registries import kinds
from notifications.selectors import forget_unread, forget_unread_of_many

WRITE_FOR_CLASS = "notifications.write_for_class"
SEND_MAILS = "notifications.send_mails"
CHUNK = 25
"""Mails of one job. The jobs of a class are sent side by side, by as many workers as there are."""


@dataclass(frozen=True)
class Message:
    """What happened. `key` names it within its kind; `url` is an address of the academy."""

    kind: str
    key: str
    url: str = ""
    course_id: int | None = None
    actor_id: int | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def notify_user(*, user: AbstractBaseUser, message: Message) -> Event:
    """Tell one person, now, in the caller's transaction. A second call changes nothing."""
    event = _record(message)
    now = timezone.now()
    Notification.objects.bulk_create(
        [Notification(event=event, user_id=user.pk, created=now)], ignore_conflicts=True
    )
    transaction.on_commit(lambda: forget_unread(user.pk), robust=True)
    if kinds[event.kind].email:
        known = _last_delivery(event)
        Delivery.objects.bulk_create(
            [Delivery(event=event, user_id=user.pk, channel=Channel.EMAIL, created=now)],
            ignore_conflicts=True,
        )
        _queue_mails(event, after=known)
    return event


@transaction.atomic
def notify_class(*, message: Message) -> Event:
    """Have everybody in the course told: writes one event and one job, the worker does the rest."""
    event = _record(message)
    enqueue(WRITE_FOR_CLASS, key=f"event:{event.pk}", args={"event_id": event.pk})
    return event


def write_for_class(*, event_id: int) -> None:
    """One notification (and mail, where the kind sends mail) per student whom the kind names now.

    Set-based: the same few statements for 20 or 20,000 students. Safe to run twice or to be
    killed at any point: a row exists once per event and person.
    """
    event = Event.objects.get(pk=event_id)
    if event.course_id is None:
        return
    readers = kinds[event.kind].get_readers(event.course_id, event.context)
    with transaction.atomic():
        _insert_for(readers, Notification, event)
        if kinds[event.kind].email:
            queued = {"channel": Channel.EMAIL, "state": DeliveryState.QUEUED, "tries": 0}
            known = _last_delivery(event)
            _insert_for(readers, Delivery, event, **queued)
            _queue_mails(event, after=known)
    forget_unread_of_many(readers.values_list("student_id", flat=True).iterator(chunk_size=2000))


def _last_delivery(event: Event) -> int:
    return event.deliveries.aggregate(last=Max("pk"))["last"] or 0


def _queue_mails(event: Event, *, after: int) -> None:
    """A job for each chunk of the deliveries beyond `after`: earlier ones have theirs."""
    new = event.deliveries.filter(pk__gt=after).order_by("pk")
    ids = list(new.values_list("pk", flat=True))
    chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
    enqueue_many(
        SEND_MAILS,
        {
            f"event:{event.pk}:{chunk[0]}": {
                "event_id": event.pk,
                "first": chunk[0],
                "last": chunk[-1],
            }
            for chunk in chunks
        },
    )


def _record(message: Message) -> Event:
    values = asdict(message)
    kind, key = values.pop("kind"), values.pop("key")
    event, _created = Event.objects.get_or_create(kind=kind, key=key, defaults=values)
    return event


def _insert_for(
    readers: QuerySet[Enrollment], model: type[models.Model], event: Event, **values: Any
) -> None:
    """`INSERT … SELECT … ON CONFLICT DO NOTHING`: one row of `model` per enrollment."""
    constants: dict[str, Any] = {
        "new_event": Value(event.pk, output_field=IntegerField()),
        "new_created": Value(timezone.now(), output_field=DateTimeField()),
        **{f"new_{name}": Value(value) for name, value in values.items()},
    }
    rows = readers.order_by().annotate(**constants).values_list(*constants, "student_id")
    select, parameters = rows.query.sql_with_params()
    columns = ["event_id", "created", *values, "user_id"]
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) {select} ON CONFLICT DO NOTHING",
            parameters,
        )


def mark_read(*, user: AbstractBaseUser, notification_id: int) -> Notification:
    """Mark one of one's own as read; twice is the same as once. Others' do not exist."""
    own = Notification.objects.filter(user_id=user.pk, pk=notification_id)
    notification = own.select_related("event").first()
    if notification is None:
        raise NotFound("No such notification")
    if own.filter(read_at__isnull=True).update(read_at=timezone.now()):
        forget_unread(user.pk)
    return notification


def mark_all_read(*, user: AbstractBaseUser) -> int:
    """Mark everything unread as read and say how many that were."""
    unread = Notification.objects.filter(user_id=user.pk, read_at__isnull=True)
    count = unread.update(read_at=timezone.now())
    forget_unread(user.pk)
    return count
