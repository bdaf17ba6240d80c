"""Questions are what authors edit; versions are what learners are given and keep."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessments.question_types import QuestionType, question_types


class Question(models.Model):
    """A question in a course's bank (`course` empty: shared by all).

    Quizzes use it through a `QuizSlot`. A question that learners were given is archived instead of
    deleted.

    `kind`: the key of its type in `question_types`. `definition`: what the author wrote, in the
    shape of that type.
    """

    course = models.ForeignKey(
        "learning.CoursePage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("course"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("author"),
    )
    kind = models.CharField(_("kind"), max_length=32)
    text = models.TextField(_("question"), max_length=4000)
    definition = models.JSONField(_("answer"), default=dict)
    explanation = models.TextField(
        _("explanation"), blank=True, help_text=_("Shown with the result.")
    )
    points = models.DecimalField(
        _("points"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    archived = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gt=0), name="assessments_question_positive_points"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def type(self) -> QuestionType:
        return question_types[self.kind]


class QuestionVersion(models.Model):
    """What learners are given: made when first drawn, immutable, kept for ever.

    `content`: `{"text": str}` and what the type adds, which a learner may see. `key`:
    `{"explanation": str}` and what the type adds, never sent before it may be seen.
    """

    question = models.ForeignKey(
        Question, on_delete=models.SET_NULL, null=True, related_name="versions"
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=32)
    content = models.JSONField()
    key = models.JSONField()
    content_hash = models.CharField(max_length=64)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["question_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "content_hash"],
                name="assessments_questionversion_unique_content",
            ),
            models.UniqueConstraint(
                fields=["question", "number"], name="assessments_questionversion_unique_number"
            ),
        ]

    def __str__(self) -> str:
        return str(self.content.get("text", ""))[:80]

    @property
    def type(self) -> QuestionType:
        return question_types[self.kind]


class QuestionPool(models.Model):
    """Questions of a course's bank from which a quiz draws some for each attempt.

    `condition`: which questions, `{}` for all that are in use.
    """

    course = models.ForeignKey(
        "learning.CoursePage", on_delete=models.PROTECT, related_name="question_pools"
    )
    condition = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("question pool")
        verbose_name_plural = _("question pools")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
