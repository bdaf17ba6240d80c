"""What happens around sign-in: the account's lock is told to its owner."""

from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from core.jobs import enqueue
from core.models import Job

LOCK_JOB = "accounts.tell_about_lock"
TOLD_AGAIN_AFTER = timedelta(hours=1)
"""However long somebody keeps guessing: one message an hour."""


def announce_lock(*, user: User) -> Job:
    """Asks for one e-mail about the lock. Asked again within the hour: the same job."""
    key = f"accounts:lock:{user.pk}"
    seconds = int(TOLD_AGAIN_AFTER.total_seconds())
    since = cache.get_or_set(key, lambda: timezone.now().isoformat(timespec="seconds"), seconds)
    return enqueue(LOCK_JOB, key=f"{user.pk}:{since}", args={"user_id": user.pk})


def tell_about_lock(*, user_id: int) -> None:
    """Sends the e-mail. Says nothing to people who can't sign in anyway."""
    user = User.objects.active().filter(pk=user_id).first()
    if user is None:
        return
    reset_url = settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("account_reset_password")
    context = {
        "user": user,
        "reset_url": reset_url,
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": settings.WAGTAILADMIN_BASE_URL,
    }
    with translation.override(user.language):
        subject = render_to_string("accounts/emails/account_locked_subject.txt", context)
        text = render_to_string("accounts/emails/account_locked.txt", context)
        html = render_to_string("accounts/emails/account_locked.html", context)
    message = EmailMultiAlternatives(" ".join(subject.split()), text, to=[user.email])
    message.attach_alternative(html, "text/html")
    message.send()
