"""Notifications by e-mail, sent by the worker, one recipient a message."""

import logging
import time
from collections.abc import Sequence
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.mail import is_refused, mail_server
from notifications.models import Delivery, DeliveryState, Event
from notifications.registries import kinds

logger = logging.getLogger(__name__)
SECONDS = 30.0
"""No mail is begun after these. A chunk ends well before a job must, however slow the server is."""


class MailsLeft(Exception):
    """Some mails of this chunk are still queued: the job is to be tried again."""


def send_mails(*, event_id: int, first: int, last: int) -> None:
    """Sends one chunk of the event's mails: its deliveries from `first` to `last`.

    What was sent is marked mail by mail, so a killed worker repeats one mail at the most. A mail
    server that is away raises at once; what it took not yet raises `MailsLeft` at the end. Both
    try the job again. No two jobs share a delivery.
    """
    event = Event.objects.select_related("course").get(pk=event_id)
    chunk = event.deliveries.filter(pk__range=(first, last), state=DeliveryState.QUEUED)
    left = _deliver_all(event, list(chunk.select_related("user").order_by("pk")))
    if left:
        raise MailsLeft(f"{left} of event {event.pk}")


def _deliver_all(event: Event, queued: Sequence[Delivery]) -> int:
    """Returns how many stay queued: the server took them not yet, or time was over."""
    stop = time.monotonic() + SECONDS
    server = mail_server()
    try:
        for delivery in queued:
            if time.monotonic() < stop:
                _deliver(event, delivery, server)
    finally:
        server.close()
    ids = [delivery.pk for delivery in queued]
    return Delivery.objects.filter(pk__in=ids, state=DeliveryState.QUEUED).count()


def _deliver(event: Event, delivery: Delivery, server: BaseEmailBackend) -> None:
    """One failure is no other's: it is written down, and the next mail starts from a new line."""
    if not delivery.user.is_active or not delivery.user.email:
        _mark(delivery, DeliveryState.SKIPPED)
        return
    server.open()
    try:
        server.send_messages([_message(event, delivery)])
    except (SMTPException, OSError, ValueError) as error:
        server.close()
        refused = is_refused(error)
        logger.warning("A mail to user %s failed: %s", delivery.user_id, type(error).__name__)
        _mark(delivery, DeliveryState.FAILED if refused else DeliveryState.QUEUED)
    else:
        _mark(delivery, DeliveryState.SENT)


def _mark(delivery: Delivery, state: DeliveryState) -> None:
    sent_at = timezone.now() if state == DeliveryState.SENT else None
    Delivery.objects.filter(pk=delivery.pk).update(
        state=state, tries=F("tries") + 1, sent_at=sent_at
    )


def _message(event: Event, delivery: Delivery) -> EmailMultiAlternatives:
    with translation.override(delivery.user.language):
        sentence = kinds[event.kind].describe(event.context)
        context = {
            "sentence": sentence,
            "name": delivery.user.display_name,
            "link": settings.WAGTAILADMIN_BASE_URL + event.url if event.url else "",
            "site_url": settings.WAGTAILADMIN_BASE_URL,
        }
        message = EmailMultiAlternatives(
            subject=" ".join(sentence.split())[:150] + " · " + _("Jeevi Academy"),
            body=render_to_string("emails/notification.txt", context),
            to=[delivery.user.email],
        )
        message.attach_alternative(
            render_to_string("emails/notification.html", context), "text/html"
        )
    return message
