"""Work that is handed in and looked at by a person."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.storages import RandomName, private_storage
from learning.models import Activity


class AssignmentCompletion(models.TextChoices):
    SUBMITTED = "submitted", _("When it has been handed in")
    GRADED = "graded", _("When it has been graded")


class Assignment(Activity):
    """A task. What students hand in is looked at by a person."""

    activity_kind = "assignment"

    activity_ptr = models.OneToOneField(
        Activity, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="+"
    )
    instructions = models.TextField(_("instructions"), blank=True)
    max_points = models.DecimalField(
        _("points"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(100),
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    max_tries = models.PositiveSmallIntegerField(
        _("tries"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as many as one likes."),
    )
    accepts_text = models.BooleanField(_("takes text"), default=True)
    accepts_files = models.BooleanField(_("takes a file"), default=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.CheckConstraint(
                condition=Q(max_points__gt=0), name="assessments_assignment_positive_points"
            ),
            models.CheckConstraint(
                condition=Q(max_tries__isnull=True) | Q(max_tries__gte=1),
                name="assessments_assignment_tries_positive",
            ),
            models.CheckConstraint(
                condition=Q(accepts_text=True) | Q(accepts_files=True),
                name="assessments_assignment_accepts_something",
                violation_error_message=_("An assignment takes text, a file, or both."),
            ),
        ]


class SubmissionState(models.TextChoices):
    SUBMITTED = "submitted", _("Handed in")
    GRADED = "graded", _("Graded")


class Submission(models.Model):
    """A student's work on an assignment: one row, however often it is handed in."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="submissions")
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions"
    )
    state = models.CharField(
        max_length=10, choices=SubmissionState, default=SubmissionState.SUBMITTED
    )
    tries_count = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["submitted_at", "id"]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "student"], name="assessments_submission_unique_student"
            ),
            models.CheckConstraint(
                condition=Q(state__in=SubmissionState.values),
                name="assessments_submission_known_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["assignment", "submitted_at"],
                condition=Q(state="submitted"),
                name="assessments_submission_queue",
            ),
            models.Index(fields=["submitted_at", "id"], name="assessments_submission_newest"),
        ]


class SubmissionTry(models.Model):
    """One hand-in, as it came. Never changed.

    `text` is plain text, not HTML. `digest` tells the same hand-in sent twice from a new one.
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="tries")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    submitted_at = models.DateTimeField()
    seconds_late = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["submission_id", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "number"], name="assessments_submissiontry_unique_number"
            )
        ]


class SubmissionFile(models.Model):
    """A file of a try: private, under a random name; `name` is what the student called it."""

    submission_try = models.ForeignKey(
        SubmissionTry, on_delete=models.PROTECT, related_name="files"
    )
    file = models.FileField(storage=private_storage, upload_to=RandomName("submissions"))
    name = models.CharField(max_length=150)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=20)
