"""What is read from a request that saves an answer: a form, or JSON. Nothing else is looked at."""

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.errors import InvalidInput

MOST_DIGITS = 10


def read_answer(request: HttpRequest) -> tuple[dict[str, Any], int | None]:
    """The response as `services.answers.save_answer` takes it, and the page's sequence."""
    if request.content_type == "application/json":
        data = _read_json(request)
        return data, _whole(data.get("sequence"))
    return request.POST, _whole(request.POST.get("sequence"))


def _read_json(request: HttpRequest) -> dict[str, Any]:
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError):
        raise InvalidInput(_("This is not JSON that can be read.")) from None
    if not isinstance(data, dict):
        raise InvalidInput(_("This is not JSON that can be read."))
    return data


def _whole(value: object) -> int | None:
    """A whole number as text or JSON number; None where nothing was sent."""
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS:
        return int(value)
    raise InvalidInput(_("This is not a sequence number."), field="sequence")
