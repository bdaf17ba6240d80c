"""Work that is handed in and looked at by a person."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assessments.querysets import WorkQuerySet
from core.storages import RandomName, private_storage


class AssignmentCompletion(models.TextChoices):
    SUBMITTED = "submitted", _("When it has been handed in")
    GRADED = "graded", _("When it has been graded")


class Assignment(models.Model):
    """A task with dates. After `due_at` work is late, after `closes_at` it is refused."""

    course = models.ForeignKey(
        "learning.CoursePage",
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("course"),
    )
    title = models.CharField(_("title"), max_length=200)
    instructions = models.TextField(_("instructions"), blank=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
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
    completion = models.CharField(
        _("counts as done"),
        max_length=10,
        choices=AssignmentCompletion,
        default=AssignmentCompletion.SUBMITTED,
    )
    published = models.BooleanField(_("published"), default=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)
    archived = models.BooleanField(default=False, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
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
            models.CheckConstraint(
                condition=Q(due_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gte=F("due_at")),
                name="assessments_assignment_closes_after_due",
                violation_error_message=_("An assignment closes when it is due, or later."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["course", "published", "archived"], name="assessments_assignment_course"
            ),
            models.Index(
                fields=["id"],
                condition=Q(published=True, archived=False, announced_at__isnull=True),
                name="assessments_assignment_sweep",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assignment", args=[self.pk])


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
            )
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
