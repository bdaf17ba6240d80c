from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from assessments.models.questions import Question, QuestionPool, QuestionVersion
from assessments.querysets import QuizSlotQuerySet
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
    questions = models.ManyToManyField(
        Question, through="assessments.QuizSlot", related_name="quizzes", editable=False
    )

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
    """A place in a quiz: a question, pinned to one of its versions or not, or so many of a pool.

    `points`: of each question that it gives; empty: as the question says.
    """

    sort_order_field = "position"

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="slots")
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, null=True, blank=True, related_name="slots"
    )
    version = models.ForeignKey(
        QuestionVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pool = models.ForeignKey(
        QuestionPool, on_delete=models.PROTECT, null=True, blank=True, related_name="slots"
    )
    draw_count = models.PositiveSmallIntegerField(default=1)
    points = models.DecimalField(
        _("points"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("Empty: as the question says."),
    )

    objects = QuizSlotQuerySet.as_manager()

    used_elsewhere: bool
    quiz_course_id: int

    class Meta:
        ordering = ["quiz_id", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "question"], name="assessments_quizslot_unique_question"
            ),
            models.CheckConstraint(
                condition=Q(question__isnull=False, pool__isnull=True, draw_count=1)
                | Q(question__isnull=True, pool__isnull=False, version__isnull=True),
                name="assessments_quizslot_question_or_pool",
            ),
            models.CheckConstraint(
                condition=Q(draw_count__gte=1), name="assessments_quizslot_draws_something"
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gt=0),
                name="assessments_quizslot_positive_points",
            ),
        ]

    @property
    def is_own(self) -> bool:
        """The question belongs to this quiz alone, and is written in its form.

        For slots of `with_uses()`. One of the bank that another quiz uses, or that all courses
        share, is changed in the bank.
        """
        return (
            self.question is not None
            and self.question.course_id == self.quiz_course_id
            and not self.used_elsewhere
        )
