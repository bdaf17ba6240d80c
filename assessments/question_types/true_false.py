"""A statement that is true or not."""

import random
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from assessments.question_types.base import Content
from assessments.question_types.choice import ChoiceType, OptionsBlock, Problem


class TrueFalse(ChoiceType):
    key = "true_false"
    label = gettext_lazy("True or false")
    author_form = "true_false"
    author_block = OptionsBlock(texts=[gettext_lazy("True"), gettext_lazy("False")])

    def find_problem(self, correct: Sequence[bool]) -> Problem:
        if len(correct) != 2:
            return gettext_lazy("A true-or-false question has exactly two options.")
        return super().find_problem(correct)

    def draw(self, content: Content, *, shuffled: bool, shuffler: random.Random) -> dict[str, Any]:
        """True and false keep their places: nobody expects them elsewhere."""
        return super().draw(content, shuffled=False, shuffler=shuffler)
