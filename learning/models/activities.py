"""What a course asks its students to do, of any kind."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel

from learning.querysets import ActivityQuerySet
from learning.registries import activity_kinds


class Activity(ClusterableModel):
    """What every activity has; each kind adds a table of its own (multi-table inheritance).

    After `due_at` work is late, after `closes_at` it is refused. Which values `completion` may
    have is up to the kind.
    """

    activity_kind: ClassVar[str] = ""
    """The registered key of the kind, given by each child model."""

    kind = models.CharField(max_length=30, editable=False)
    course = models.ForeignKey(
        "learning.CoursePage",
        on_delete=models.PROTECT,
        related_name="activities",
        verbose_name=_("course"),
    )
    title = models.CharField(_("title"), max_length=200)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    completion = models.CharField(_("counts as done"), max_length=20, default="submitted")
    published = models.BooleanField(_("published"), default=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)
    archived = models.BooleanField(default=False, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="learning_activity_closes_after_opening",
                violation_error_message=_("An activity closes after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gte=F("due_at")),
                name="learning_activity_closes_after_due",
                violation_error_message=_("An activity closes when it is due, or later."),
            ),
            models.CheckConstraint(condition=~Q(kind=""), name="learning_activity_has_kind"),
        ]
        indexes = [
            models.Index(
                fields=["course", "published", "archived"], name="learning_activity_course"
            ),
            models.Index(
                fields=["id"],
                condition=Q(published=True, archived=False, announced_at__isnull=True),
                name="learning_activity_sweep",
            ),
            models.Index(fields=["title", "id"], name="learning_activity_title"),
            models.Index(fields=["due_at", "id"], name="learning_activity_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return activity_kinds[self.kind].get_url(self.pk)

    @property
    def is_visible(self) -> bool:
        """Students of the course may see it, by its own state. See `ActivityQuerySet.published`."""
        return self.published and not self.archived

    def get_completion_display(self) -> str:
        """Its rule in words; the choices are the kind's."""
        return str(dict(activity_kinds[self.kind].completion_choices).get(self.completion, ""))

    @property
    def specific(self) -> Any:
        """This activity as its own class. One query, none where it is that already."""
        if self.activity_kind:
            return self
        return activity_kinds[self.kind].model.objects.get(pk=self.pk)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The kind is a fact of the class: it is written once and never edited."""
        self.kind = self.kind or self.activity_kind
        super().save(*args, **kwargs)
