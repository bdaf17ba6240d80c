"""What the pages of quizzes show."""

from decimal import Decimal

from django.db.models import Sum

from assessments.models import QuizSlot


def get_quiz_max_points(quiz_id: int) -> Decimal:
    """What can be had in an attempt that starts now."""
    total = QuizSlot.objects.filter(quiz_id=quiz_id).aggregate(total=Sum("points"))["total"]
    return total or Decimal(0)
