"""The jobs of this app. Each may run twice."""

from core.jobs import job_handler
from core.models import JobQueue
from notifications.services import mail, notify


@job_handler(notify.WRITE_FOR_CLASS)
def write_for_class(*, event_id: int) -> None:
    notify.write_for_class(event_id=event_id)


@job_handler(notify.SEND_MAILS, queue=JobQueue.MAIL)
def send_mails(*, event_id: int, first: int, last: int) -> None:
    mail.send_mails(event_id=event_id, first=first, last=last)
