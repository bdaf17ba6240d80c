"""What the list and the navigation show."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import caches
from django.db.models import QuerySet

from notifications.models import Notification
from notifications.unread import SECONDS, unread_key


def get_notifications(user: AbstractBaseUser) -> QuerySet[Notification]:
    """One's own, newest first, each with its event."""
    return Notification.objects.filter(user_id=user.pk).select_related("event")


def count_unread(user: AbstractBaseUser) -> int:
    """How many are unread; at most a minute old where a cache forgot to forget."""
    unread = Notification.objects.filter(user_id=user.pk, read_at__isnull=True)
    return int(caches["shared"].get_or_set(unread_key(user.pk), unread.count, SECONDS) or 0)
