"""The unread count of the navigation: cached, and forgotten whenever it may have changed."""

from collections.abc import Iterable
from itertools import islice

from django.core.cache import caches

SECONDS = 60
BATCH = 1_000


def unread_key(user_id: int) -> str:
    return f"unread:{user_id}"


def forget_unread(user_id: int) -> None:
    """The next page counts anew. A cache that is down forgets by itself after `SECONDS`."""
    caches["shared"].delete(unread_key(user_id))


def forget_unread_of_many(user_ids: Iterable[int]) -> None:
    """The same for a class, in batches of `BATCH`."""
    keys = (unread_key(user_id) for user_id in user_ids)
    while batch := list(islice(keys, BATCH)):
        caches["shared"].delete_many(batch)
