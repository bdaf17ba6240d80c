from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel

from assessments.models.questions import Question
from assessments.querysets import WorkQuerySet


class QuizCompletion(models.TextChoices):
    SUBMITTED = "submitted", _("When it has been handed in")
    PASSED = "passed", _("When it has been passed")


class Quiz(ClusterableModel):
    """Questions with rules. Archived instead of deleted once somebody has taken it."""

    course = models.ForeignKey(
        "learning.CoursePage",
        on_delete=models.PROTECT,
        related_name="quizzes",
        verbose_name=_("course"),
    )
    title = models.CharField(_("title"), max_length=200)
    introduction = models.TextField(_("introduction"), blank=True)
    time_limit = models.PositiveSmallIntegerField(
        _("time limit"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("In minutes. Empty: no limit."),
    )
    max_attempts = models.PositiveSmallIntegerField(
        _("attempts"),
        null=True,
        blank=True,
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as many as one likes."),
    )
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark"), default=50, validators=[MaxValueValidator(100)], help_text=_("In percent.")
    )
    completion = models.CharField(
        _("counts as done"), max_length=10, choices=QuizCompletion, default=QuizCompletion.SUBMITTED
    )
    shuffle_questions = models.BooleanField(_("shuffle questions"), default=False)
    shuffle_options = models.BooleanField(_("shuffle options"), default=True)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    published = models.BooleanField(_("published"), default=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)
    archived = models.BooleanField(default=False, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_mark__lte=100), name="assessments_quiz_pass_mark_percent"
            ),
            models.CheckConstraint(
                condition=Q(time_limit__isnull=True) | Q(time_limit__gte=1),
                name="assessments_quiz_time_limit_positive",
            ),
            models.CheckConstraint(
                condition=Q(max_attempts__isnull=True) | Q(max_attempts__gte=1),
                name="assessments_quiz_attempts_positive",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="assessments_quiz_closes_after_opening",
                violation_error_message=_("A quiz closes after it opens."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["course", "published", "archived"], name="assessments_quiz_course"
            ),
            models.Index(
                fields=["id"],
                condition=Q(published=True, archived=False, announced_at__isnull=True),
                name="assessments_quiz_sweep",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("quiz", args=[self.pk])


class QuizSlot(models.Model):
    """A place in a quiz: which question stands there, and what it is worth."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="slots")
    position = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="slots")
    points = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(1))

    class Meta:
        ordering = ["quiz_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "question"], name="assessments_quizslot_unique_question"
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0), name="assessments_quizslot_positive_points"
            ),
        ]
