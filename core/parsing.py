"""What comes with requests: keys of rows and search terms."""

import re
from collections.abc import Iterable

LARGEST_KEY = 2**63 - 1
"""What the databases' key columns hold."""

LONGEST_TERM = 100
_QUOTES = re.compile(r"[\"“”„«»]+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


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


def clean_term(q: str) -> str:
    """A search term that no database chokes on: NUL breaks both, a lone quote SQLite's search."""
    term = " ".join(_UNPRINTABLE.sub(" ", q).split())[:LONGEST_TERM].rstrip()
    if term.count('"') % 2:
        term = " ".join(term.replace('"', " ").split())
    return term


def clean_words(q: str) -> str:
    """As `clean_term`, for a search by words: quotes, as people paste them, are no part of one."""
    return clean_term(_QUOTES.sub(" ", q))
