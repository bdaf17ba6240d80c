"""News by e-mail, sent by the worker, one recipient a message."""

import logging
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.jobs import enqueue
from notifications.models import Delivery, DeliveryState, Event
from notifications.registries import kinds
from notifications.services.notify import SEND_MAILS

logger = logging.getLogger(__name__)
BATCH = 100


def send_mails(*, event_id: int, after: int = 0) -> None:
    """Send the event's next `BATCH` mails and leave a job for the rest.

    What was sent is marked mail by mail, so a killed worker repeats one mail at the most. A mail
    server that is down raises: the job is tried again later. A refused address is given up.
    """
    event = Event.objects.select_related("course").get(pk=event_id)
    queued = event.deliveries.filter(state=DeliveryState.QUEUED, pk__gt=after)
    batch = list(queued.select_related("user").order_by("pk")[:BATCH])
    for delivery in batch:
        _deliver(event, delivery)
    if len(batch) == BATCH:
        last = batch[-1].pk
        enqueue(
            SEND_MAILS,
            key=f"event:{event.pk}:after:{last}",
            args={"event_id": event.pk, "after": last},
        )


def _deliver(event: Event, delivery: Delivery) -> None:
    if not delivery.user.is_active or not delivery.user.email:
        _mark(delivery, DeliveryState.SKIPPED)
        return
    try:
        _message(event, delivery).send()
    except SMTPRecipientsRefused:
        logger.warning("The mail server refused the address of user %s", delivery.user_id)
        _mark(delivery, DeliveryState.FAILED)
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
