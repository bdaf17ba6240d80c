"""A student's tries at a quiz, kept as they were given."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessments.models.questions import QuestionVersion
from assessments.models.quizzes import Quiz, QuizSlot
from assessments.querysets import AttemptQuerySet


class AttemptState(models.TextChoices):
    OPEN = "open", _("Under way")
    SUBMITTED = "submitted", _("Handed in, not graded yet")
    GRADED = "graded", _("Graded")


class Attempt(models.Model):
    """One try. The deadline is stored at the start and is the server's, in UTC.

    Handed in, it is graded at once, or waits for a person; until then points may be missing.
    """

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts"
    )
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=AttemptState, default=AttemptState.OPEN)
    started_at = models.DateTimeField()
    deadline = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_by_clock = models.BooleanField(default=False)
    points = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    max_points = models.DecimalField(max_digits=8, decimal_places=2, default=Decimal(0))
    address = models.GenericIPAddressField(null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["quiz_id", "student_id", "number"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "student", "number"], name="assessments_attempt_unique_number"
            ),
            models.UniqueConstraint(
                fields=["quiz", "student"],
                condition=Q(state="open"),
                name="assessments_attempt_one_open",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="assessments_attempt_number_positive"
            ),
            models.CheckConstraint(
                condition=Q(state="open", submitted_at__isnull=True, points__isnull=True)
                | Q(state="submitted", submitted_at__isnull=False)
                | Q(state="graded", submitted_at__isnull=False, points__isnull=False),
                name="assessments_attempt_state",
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0, points__lte=F("max_points")),
                name="assessments_attempt_points_in_range",
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline"], condition=Q(state="open"), name="assessments_attempt_overdue"
            ),
            models.Index(fields=["student", "state"], name="assessments_attempt_student"),
            models.Index(fields=["started_at", "id"], name="assessments_attempt_newest"),
            models.Index(fields=["quiz", "submitted_at", "id"], name="assessments_attempt_results"),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id}/{self.student_id}/{self.number}"

    @property
    def is_graded(self) -> bool:
        """It has its points, and counts."""
        return self.state == AttemptState.GRADED

    @property
    def is_open(self) -> bool:
        """Nobody has handed it in, and no clock has: it may be overdue nevertheless."""
        return self.state == AttemptState.OPEN


class AttemptItem(models.Model):
    """A question as this attempt got it: the version, its place, and what the type has drawn."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    slot = models.ForeignKey(QuizSlot, on_delete=models.SET_NULL, null=True, related_name="items")
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="items")
    drawn = models.JSONField(default=dict)
    max_points = models.DecimalField(max_digits=6, decimal_places=2)

    class Meta:
        ordering = ["attempt_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "position"], name="assessments_attemptitem_unique_position"
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1), name="assessments_attemptitem_position_positive"
            ),
            models.CheckConstraint(
                condition=Q(max_points__gt=0), name="assessments_attemptitem_positive_points"
            ),
        ]


class Answer(models.Model):
    """The newest answer to an item. `response` has the shape of the question's type; `{}`: none.

    The row is made with its item, so that saving is one guarded update. `sequence` grows with
    every change: a page that shows an older one is stale.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="answers")
    item = models.ForeignKey(AttemptItem, on_delete=models.PROTECT, related_name="answers")
    response = models.JSONField(default=dict, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "item"], name="assessments_answer_unique_item"
            ),
        ]

    @property
    def is_given(self) -> bool:
        """Something was answered. Taken back again counts as not answered."""
        return self.item.version.type.is_answered(self.response)
