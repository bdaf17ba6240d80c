"""Questions of the bank."""

from django.db.models import QuerySet

from assessments.models import Question, QuestionPool


def list_pool_questions(pool: QuestionPool) -> QuerySet[Question]:
    """The questions that a quiz may draw from the pool now, in no order."""
    return Question.objects.filter(course=pool.course_id, archived=False)
