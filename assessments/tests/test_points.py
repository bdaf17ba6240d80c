"""Points as people read them."""

from decimal import Decimal

import pytest
from django.utils import translation

from assessments.templatetags.points import points


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (Decimal("17.50"), "17.5"),
        (Decimal("20.00"), "20"),
        (Decimal("0.25"), "0.25"),
        (Decimal(100), "100"),
        (Decimal("1E+2"), "100"),
    ],
)
def test_points_have_no_trailing_zeros(value: Decimal | None, words: str) -> None:
    assert points(value) == words


def test_points_follow_the_language() -> None:
    with translation.override("de"):
        assert points(Decimal("17.50")) == "17,5"
