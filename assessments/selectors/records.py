"""What hangs on an activity or a question: the reasons why it is archived and not deleted."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Grade, Question, QuestionVersion
from core.numbers import format_count
from learning.models import Activity

Count = tuple[int, str]
"""How many, and the sentence with `%(number)s`."""


def describe(*counts: Count) -> list[str]:
    """The sentences of those that are there."""
    return [sentence % {"number": format_count(number)} for number, sentence in counts if number]


def count_grades(activity: Activity) -> Count:
    """Of a deleted activity they would say nothing any more."""
    number = Grade.objects.filter(item__activity=activity.pk).count()
    return number, ngettext("%(number)s grade", "%(number)s grades", number)


def count_question_records(question: Question) -> list[str]:
    """A question that was given to a learner is kept."""
    given = QuestionVersion.objects.filter(question=question).exists()
    return [_("Learners were given it in a quiz.")] if given else []


def get_given_ids(questions: Iterable[Question]) -> set[int]:
    """The keys of those questions that a learner was ever given."""
    versions = QuestionVersion.objects.filter(question__in=[row.pk for row in questions])
    return {key for key in versions.values_list("question", flat=True) if key is not None}
