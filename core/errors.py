"""What a service may refuse, in words for people.

Services raise these, `site_config.middleware` alone turns them into answers: views do neither.
"""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Message = str | Promise


class DomainError(Exception):
    """A rule of the academy says no. `message` is shown to people, `field` names what to mend."""

    status: ClassVar[int] = 400
    default_message: ClassVar[Message] = _("This is not possible.")

    def __init__(self, message: Message = "", *, field: str | None = None) -> None:
        self.message = message or self.default_message
        self.field = field
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class InvalidInput(DomainError):
    """What was sent cannot be used."""

    status = 400
    default_message = _("What you sent cannot be used.")


class Conflict(DomainError):
    """Too late, or changed meanwhile by somebody else."""

    status = 409
    default_message = _("This was changed meanwhile. Load the page again.")


class NotFound(DomainError):
    """Nothing is there."""

    status = 404
    default_message = _("This page does not exist.")


class Forbidden(NotFound):
    """No right to it: answered like `NotFound`, so that nobody learns that it exists."""
