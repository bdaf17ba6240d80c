import re

LONGEST_TERM = 100
_QUOTES = re.compile(r"[\"“”„«»]+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


def clean_term(q: str) -> str:
    """A search term that no database chokes on: NUL breaks both, a lone quote SQLite's search."""
    term = " ".join(_UNPRINTABLE.sub(" ", q).split())[:LONGEST_TERM].rstrip()
    if term.count('"') % 2:
        term = " ".join(term.replace('"', " ").split())
    return term


def clean_words(q: str) -> str:
    """As `clean_term`, for a search by words: quotes, as people paste them, are no part of one."""
    return clean_term(_QUOTES.sub(" ", q))
