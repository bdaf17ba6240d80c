"""The jobs of this app. Each may run twice."""

from core.jobs import job_handler
from notifications.services import mail, notify


@job_handler(notify.WRITE_FOR_CLASS)
def write_for_class(*, event_id: int) -> None:
    notify.write_for_class(event_id=event_id)


@job_handler(notify.SEND_MAILS)
def send_mails(*, event_id: int, after: int = 0) -> None:
    mail.send_mails(event_id=event_id, after=after)
