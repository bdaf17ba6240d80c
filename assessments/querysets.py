"""Which rows: filters that are used in more than one place."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Self

from django.db import models
from django.db.models import DecimalField, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce

from learning.schedule import GRACE


class AttemptQuerySet(models.QuerySet):
    """Attempts."""

    def under_way(self) -> Self:
        return self.filter(state="open")

    def handed_in(self) -> Self:
        """By their student or by the clock; graded or not."""
        return self.exclude(state="open")

    def counting(self) -> Self:
        """Those that count: every result, grade and figure is made of these and of no others."""
        return self.filter(state="graded")

    def overdue(self, now: datetime) -> Self:
        """Under way although their deadline and the grace after it are over."""
        return self.under_way().filter(deadline__lt=now - GRACE)


class Totals(NamedTuple):
    """How many questions there are, and how many points for them."""

    questions: int
    points: Decimal


class QuizSlotQuerySet(models.QuerySet):
    """Places in quizzes."""

    IN_USE = Q(question__isnull=True) | Q(question__archived=False)

    def in_use(self) -> Self:
        """Those that attempts get. A slot whose question is archived only keeps its place."""
        return self.filter(self.IN_USE)

    def with_uses(self) -> Self:
        """With their questions, pools and course, and whether another quiz uses the question."""
        others = self.model.objects.filter(question=OuterRef("question")).exclude(pk=OuterRef("pk"))
        return self.select_related("question", "pool").annotate(
            used_elsewhere=Exists(others), quiz_course_id=F("quiz__course")
        )

    def get_totals(self) -> Totals:
        """What an attempt gets from these, in one query."""
        each = Coalesce("points", "question__points", Decimal(1), output_field=DecimalField())
        found = self.aggregate(
            questions=Sum("draw_count", default=0),
            points=Sum(each * F("draw_count"), default=Decimal(0)),
        )
        return Totals(found["questions"], found["points"])
