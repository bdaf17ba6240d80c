"""Results in words. The figures come from `assessments.grading`, as everywhere."""

from django import template

from assessments.grading import has_passed
from assessments.models import Attempt, Quiz
from assessments.selectors.quizzes import result_of
from core.numbers import format_percent

register = template.Library()


@register.filter
def result_percent(attempt: Attempt) -> str:
    """The percentage of an attempt that was handed in."""
    return format_percent(result_of(attempt).percentage)


@register.filter
def passes(attempt: Attempt, quiz: Quiz) -> bool:
    """Whether the attempt reached the quiz's pass mark."""
    return has_passed(*result_of(attempt), quiz.pass_mark)
