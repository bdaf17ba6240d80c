"""What happened, who was told, and what was sent to them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """Something that happened, once: `key` names it, so that a second report changes nothing."""

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=160)
    course = models.ForeignKey(
        "learning.CoursePage", on_delete=models.PROTECT, null=True, related_name="+"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    url = models.CharField(max_length=500, blank=True)
    context = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="notifications_event_unique_key")
        ]


class Notification(models.Model):
    """One person told of one event, in the academy's list."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="notifications")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications"
    )
    read_at = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "user"], name="notifications_notification_unique_user"
            )
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notifications_list"),
            models.Index(
                fields=["user"], condition=Q(read_at__isnull=True), name="notifications_unread"
            ),
        ]


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Not sent")


class Delivery(models.Model):
    """One event on its way to one person over one channel."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deliveries"
    )
    channel = models.CharField(max_length=10, choices=Channel)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    created = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "user", "channel"], name="notifications_delivery_unique_user"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values),
                name="notifications_delivery_known_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["event", "channel"],
                condition=Q(state="queued"),
                name="notifications_delivery_queue",
            )
        ]
