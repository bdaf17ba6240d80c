"""Jobs about people."""

from accounts.services import sign_in
from core.jobs import job_handler


@job_handler(sign_in.LOCK_JOB)
def tell_about_lock(user_id: int) -> None:
    sign_in.tell_about_lock(user_id=user_id)
