"""What every page's navigation shows."""

from django.http import HttpRequest


def unread_count(request: HttpRequest) -> dict[str, object]:
    return {"unread_count": 0}
