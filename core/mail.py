"""Mails are jobs: a mail server that is away or hangs is never the problem of a request.

Whatever sends mail in the usual way (allauth, Wagtail, Django) comes to `JobEmailBackend`.
"""

import logging
from collections.abc import Sequence
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from core.jobs import enqueue

logger = logging.getLogger(__name__)

SEND_MAIL = "core.send_mail"


class JobEmailBackend(BaseEmailBackend):
    """Writes each message as a job in the caller's transaction; the worker sends it.

    Links that sign somebody in lie in the job's arguments until it is done, and no longer.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            enqueue(SEND_MAIL, key=str(uuid4()), args=_parts(message))
        return len(email_messages)


def mail_server() -> BaseEmailBackend:
    """The way out of the house, for jobs only."""
    return get_connection(settings.MAIL_SERVER_BACKEND)


def send_mail(*, subtype: str, **parts: Any) -> None:
    """Sends what `JobEmailBackend` kept. Raises what may pass; a refused mail is given up."""
    message = EmailMultiAlternatives(connection=mail_server(), **parts)
    message.content_subtype = subtype
    try:
        message.send()
    except (SMTPException, ValueError) as error:
        if not is_refused(error):
            raise
        logger.warning("A mail was refused for good: %s", type(error).__name__)


def is_refused(error: Exception) -> bool:
    """This mail will never be taken: all its recipients, or its content, were answered with 5xx,
    or a header can't even be written.

    Anything else passes, as greylisting (4xx) does, or is mended here, as a refused sender is.
    """
    if isinstance(error, SMTPRecipientsRefused):
        answers = error.recipients.values()
        return all(code >= 500 for code, _text in answers)
    if isinstance(error, SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)


def _parts(message: EmailMessage) -> dict[str, Any]:
    """What `send_mail` makes the same message of."""
    if message.attachments:
        raise ValueError("A mail that waits as a job has no attachments.")
    alternatives = getattr(message, "alternatives", [])
    return {
        "subject": message.subject,
        "body": message.body,
        "from_email": message.from_email,
        "to": message.to,
        "cc": message.cc,
        "bcc": message.bcc,
        "reply_to": message.reply_to,
        "headers": message.extra_headers,
        "alternatives": [(part.content, part.mimetype) for part in alternatives],
        "subtype": message.content_subtype,
    }
