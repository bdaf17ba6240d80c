"""Types of questions: a class each, registered once. Nothing else in the academy names one.

`docs/extending.md` adds a type as an example.
"""

from assessments.question_types.base import (
    Frozen,
    Marked,
    QuestionType,
    Response,
    question_types,
)
from assessments.question_types.choice import MultipleChoice, SingleChoice
from assessments.question_types.true_false import TrueFalse

__all__ = ["Frozen", "Marked", "QuestionType", "Response", "question_types", "register_types"]


def register_types() -> None:
    """Registers the academy's own types. Called once, when the app is ready."""
    for question_type in (SingleChoice(), MultipleChoice(), TrueFalse()):
        question_types.register(question_type.key, question_type)
