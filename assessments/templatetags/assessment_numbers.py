"""Results in words. The figures come from `assessments.grading`, as everywhere."""

from django import template
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from assessments.grading import Result, has_passed
from assessments.models import Attempt, Quiz
from assessments.selectors.quizzes import result_of

register = template.Library()


@register.filter
def percent(value: Attempt | Result) -> str:
    """The percentage of an attempt that was handed in, or of a result."""
    result = result_of(value) if isinstance(value, Attempt) else value
    return _("%(percent)s %%") % {"percent": floatformat(result.percentage, -1)}


@register.filter
def passes(attempt: Attempt, quiz: Quiz) -> bool:
    """Whether the attempt reached the quiz's pass mark."""
    return has_passed(*result_of(attempt), quiz.pass_mark)


@register.filter
def minutes_and_seconds(seconds: int) -> str:
    """Time left as a clock shows it, for pages whose script doesn't run: 75 is 1:15."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}:{rest:02d}"
