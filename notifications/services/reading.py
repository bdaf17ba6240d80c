"""What people do with their notifications."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from core.errors import NotFound
from notifications.models import Notification
from notifications.unread import forget_unread


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
