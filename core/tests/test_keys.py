"""Keys out of requests: a number that a row can have, or none."""

import pytest

from core.parsing import LARGEST_KEY, parse_key, parse_keys


@pytest.mark.parametrize(
    "given",
    [None, "", " 1", "-1", "+1", "1.0", "1_000", "x", "\u0663", "\u00b2", "9" * 5000, 2**63],
)
def test_key_that_no_row_can_have_is_none(given: object) -> None:
    assert parse_key(given) is None


@pytest.mark.parametrize(
    ("given", "key"),
    [("1", 1), (7, 7), ("007", 7), (str(LARGEST_KEY), LARGEST_KEY)],
)
def test_key_is_read_as_a_number(given: object, key: int) -> None:
    assert parse_key(given) == key


def test_keys_among_other_things_are_found_in_their_order() -> None:
    assert parse_keys(["3", "x", "1", "9" * 40]) == [3, 1]
