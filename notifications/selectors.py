"""What the list and the navigation show.

The count of the navigation is cached, and forgotten whenever it may have changed.
"""

from collections.abc import Iterable
from itertools import islice

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import caches
from django.db.models import QuerySet

from notifications.models import Notification

SECONDS = 60
BATCH = 1_000


def unread_key(user_id: int) -> str:
    return f"unread:{user_id}"


def forget_unread(user_id: int) -> None:
    """The next page counts anew. A cache that is down forgets by itself after `SECONDS`."""
    caches["shared"].delete(unread_key(user_id))


def forget_unread_of_many(user_ids: Iterable[int]) -> None:
    """The same for a class, in batches of `BATCH`."""
    keys = (unread_key(user_id) for user_id in user_ids)
    while batch := list(islice(keys, BATCH)):
        caches["shared"].delete_many(batch)


def get_notifications(user: AbstractBaseUser) -> QuerySet[Notification]:
    """One's own, newest first, each with its event."""
    return Notification.objects.filter(user_id=user.pk).select_related("event")


def count_unread(user: AbstractBaseUser) -> int:
    """How many are unread; at most a minute old where a cache forgot to forget."""
    unread = Notification.objects.filter(user_id=user.pk, read_at__isnull=True)
    return int(caches["shared"].get_or_set(unread_key(user.pk), unread.count, SECONDS) or 0)
