from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.models.questions import Question
from learning.models import Activity


class QuizCompletion(models.TextChoices):
    SUBMITTED = "submitted", _("When it has been handed in")
    PASSED = "passed", _("When it has been passed")


class Quiz(Activity):
    """Questions with rules. Archived instead of deleted once somebody has taken it."""

    activity_kind = "quiz"

    activity_ptr = models.OneToOneField(
        Activity, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="+"
    )
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
    shuffle_questions = models.BooleanField(_("shuffle questions"), default=False)
    shuffle_options = models.BooleanField(_("shuffle options"), default=True)

    class Meta:
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
        ]


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
