"""Points: what can be graded, what somebody got, and every change of it."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class GradeItem(models.Model):
    """Whatever can be graded in a course: one item each, of an activity or (later) by hand.

    Unreleased grades are hidden.
    """

    course = models.ForeignKey(
        "learning.CoursePage", on_delete=models.PROTECT, related_name="grade_items"
    )
    activity = models.OneToOneField(
        "learning.Activity",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="grade_item",
    )
    title = models.CharField(_("title"), max_length=200)
    category = models.CharField(_("category"), max_length=80, blank=True)
    max_points = models.DecimalField(_("points"), max_digits=8, decimal_places=2)
    released = models.BooleanField(_("released"), default=True)

    class Meta:
        ordering = ["course_id", "id"]
        verbose_name = _("graded work")
        verbose_name_plural = _("graded works")
        constraints = [
            models.CheckConstraint(
                condition=Q(max_points__gte=0), name="assessments_gradeitem_points_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Grade(models.Model):
    """What a student got for an item. `version` grows with each change: graders can't collide.

    `marked_points` were computed, or given in marking. A person may override computed points, and
    says why: `points`, computed by the database, are what counts. Refresh before use.
    """

    item = models.ForeignKey(GradeItem, on_delete=models.PROTECT, related_name="grades")
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grades"
    )
    marked_points = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    override_points = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="overridden_grades",
    )
    override_reason = models.CharField(max_length=200, blank=True)
    points = models.GeneratedField(
        expression=Coalesce("override_points", "marked_points"),
        output_field=models.DecimalField(_("points"), max_digits=8, decimal_places=2, null=True),
        db_persist=True,
    )
    max_points = models.DecimalField(max_digits=8, decimal_places=2, default=Decimal(0))
    feedback = models.TextField(_("feedback"), blank=True)
    version = models.PositiveIntegerField(default=1)
    graded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="given_grades",
    )
    graded_at = models.DateTimeField()

    class Meta:
        ordering = ["item_id", "student_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "student"], name="assessments_grade_unique_student"
            ),
            models.CheckConstraint(
                condition=Q(marked_points__isnull=True)
                | Q(marked_points__gte=0, marked_points__lte=F("max_points")),
                name="assessments_grade_points_in_range",
            ),
            models.CheckConstraint(
                condition=Q(override_points__isnull=True, override_by__isnull=True)
                | Q(
                    override_points__gte=0,
                    override_points__lte=F("max_points"),
                    override_by__isnull=False,
                ),
                name="assessments_grade_override_in_range",
            ),
        ]
        indexes = [models.Index(fields=["student", "-graded_at"], name="assessments_grade_student")]


class GradeEvent(models.Model):
    """One change of a grade. Never changed, never deleted."""

    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="events")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    old_points = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    new_points = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    reason = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["grade", "id"], name="assessments_gradeevent_grade")]
