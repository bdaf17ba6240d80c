"""Keys of rows as they come with requests: from addresses, queries and forms."""

from collections.abc import Iterable

LARGEST_KEY = 2**63 - 1
"""What the databases' key columns hold."""


def parse_key(given: object) -> int | None:
    """The key that is meant: of digits only, and one that a row can have. None for all else."""
    text = str(given)
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(LARGEST_KEY)):
        return None
    key = int(text)
    return key if key <= LARGEST_KEY else None


def parse_keys(given: Iterable[object]) -> list[int]:
    """The keys among these, in their order; what is none is left out."""
    return [key for key in map(parse_key, given) if key is not None]
