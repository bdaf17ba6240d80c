from typing import Any, Never

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.querysets import AuditEventQuerySet, JobQuerySet


class JobState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


OVER = Q(state__in=[JobState.DONE, JobState.FAILED])


class JobQueue(models.TextChoices):
    """Each has workers of its own, so that one kind of work does not wait for another."""

    DEFAULT = "default", _("Default")
    MAIL = "mail", _("Mail")
    HEAVY = "heavy", _("Heavy")


class Job(models.Model):
    """Work to do after a commit, written in the transaction of its cause.

    (name, key) is what makes asking twice the same as asking once. `core.jobs` alone writes here.
    """

    name = models.CharField(_("name"), max_length=100)
    key = models.CharField(_("key"), max_length=200)
    queue = models.CharField(
        _("queue"), max_length=10, choices=JobQueue.choices, default=JobQueue.DEFAULT
    )
    arguments = models.JSONField(_("arguments"), default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(
        _("state"), max_length=10, choices=JobState.choices, default=JobState.QUEUED
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    due = models.DateTimeField(
        _("due"),
        default=timezone.now,
        help_text=_("When it may be claimed next. While it runs: the end of the lease."),
    )
    again = models.BooleanField(
        _("again"), default=False, help_text=_("Asked for while it ran: it runs once more.")
    )
    place = models.JSONField(
        _("place"), null=True, blank=True, help_text=_("Where a long job goes on.")
    )
    steps_done = models.PositiveIntegerField(_("steps done"), null=True, blank=True)
    steps_total = models.PositiveIntegerField(_("steps in total"), null=True, blank=True)
    last_error = models.CharField(
        _("last error"),
        max_length=200,
        blank=True,
        help_text=_("The kind of error only: messages may hold personal data."),
    )
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    finished = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [
            models.UniqueConstraint(fields=["name", "key"], name="core_job_unique_key"),
            models.CheckConstraint(
                condition=Q(state__in=JobState.values), name="core_job_state_known"
            ),
            models.CheckConstraint(
                condition=Q(queue__in=JobQueue.values), name="core_job_queue_known"
            ),
            models.CheckConstraint(
                condition=Q(again=False) | ~OVER, name="core_job_again_only_before_end"
            ),
            models.CheckConstraint(
                condition=Q(tries__gte=0, tries__lte=100), name="core_job_tries_range"
            ),
            models.CheckConstraint(
                condition=Q(OVER, finished__isnull=False) | Q(~OVER, finished__isnull=True),
                name="core_job_finished_when_over",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "due"], condition=Q(finished__isnull=True), name="core_job_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.key}"


class AuditEvent(models.Model):
    """Who did what to whom. Written by `core.audit.record`, then never changed.

    The target is kept as text, so that the record outlives it. Whoever acted is never deleted.
    """

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("actor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the system itself."),
    )
    verb = models.CharField(_("verb"), max_length=100)
    target_type = models.CharField(_("type of target"), max_length=100, blank=True)
    target_id = models.CharField(_("key of target"), max_length=64, blank=True)
    data = models.JSONField(_("data"), default=dict, encoder=DjangoJSONEncoder)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-created", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(verb=""), name="core_auditevent_verb_given"),
        ]
        indexes = [
            models.Index(
                fields=["target_type", "target_id", "created"], name="core_auditevent_target"
            ),
            models.Index(fields=["created"], name="core_auditevent_created"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_type} {self.target_id}".rstrip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises `TypeError` for a row that is stored already: the record is append-only."""
        if not self._state.adding:
            raise TypeError("Audit events are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise TypeError("Audit events are never deleted.")
