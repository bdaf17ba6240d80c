"""What every page's navigation shows."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from notifications.selectors import count_unread


def unread_count(request: HttpRequest) -> dict[str, object]:
    """`unread_count`, counted only by a page that shows it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"unread_count": 0}
    return {"unread_count": SimpleLazyObject(lambda: count_unread(user))}
