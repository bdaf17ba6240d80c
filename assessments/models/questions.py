"""Questions are what authors edit; versions are what learners are given and keep."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("Single choice")
    MULTIPLE = "multiple", _("Multiple choice")
    TRUE_FALSE = "true_false", _("True or false")


class Question(Orderable, ClusterableModel):
    """A question in a course's bank (`course` empty: shared by all).

    `quiz` is the quiz in whose form it is edited; its place there is a `QuizSlot`. A question that
    learners were given is archived instead of deleted.
    """

    course = models.ForeignKey(
        "learning.CoursePage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("course"),
    )
    quiz = ParentalKey(
        "assessments.Quiz",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("quiz"),
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=QuestionKind, default=QuestionKind.SINGLE
    )
    text = models.TextField(_("question"), max_length=4000)
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

    class Meta(Orderable.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=QuestionKind.values), name="assessments_question_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0), name="assessments_question_positive_points"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class Choice(Orderable):
    """One option of a question."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    text = models.CharField(_("option"), max_length=1000)
    is_correct = models.BooleanField(_("correct"), default=False)

    class Meta(Orderable.Meta):
        verbose_name = _("option")
        verbose_name_plural = _("options")

    def __str__(self) -> str:
        return self.text[:80]


class QuestionVersion(models.Model):
    """What learners are given: made when first drawn, immutable, kept for ever.

    `content`: `{"text": str, "options": [{"id": str, "text": str}]}`, what a learner may see.
    `key`: `{"correct": [option id], "explanation": str}`, never sent before it may be seen.
    """

    question = models.ForeignKey(
        Question, on_delete=models.SET_NULL, null=True, related_name="versions"
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=QuestionKind)
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
