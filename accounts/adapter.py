"""Where sign-up and sign-in meet the rules of the academy."""

from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import find_account
from accounts.services.people import register_student, release_address
from accounts.services.sign_in import announce_lock

NEVER_POSTED = frozenset(
    {
        "role",
        "is_staff",
        "is_superuser",
        "is_active",
        "groups",
        "user_permissions",
        "session_version",
        "date_joined",
    }
)
"""Fields of a person that nobody gives themselves. Posted anyway: ignored, and recorded."""


WRONG_SIGN_IN = _("This name or address and this password do not belong together.")
WANTED = "wanted_before_sign_up"
"""In the session: the page on which somebody decided to join."""


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up makes students. Failed sign-ins are counted by account, whichever name was typed."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_taken": User._meta.get_field("username").error_messages["unique"],
        "email_password_mismatch": WRONG_SIGN_IN,
        "username_password_mismatch": WRONG_SIGN_IN,
        "enter_current_password": _("This is not your password now."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(getattr(settings, "ACCOUNT_SIGNUP_OPEN", True))

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        super().save_user(request, user, form, commit=False)
        user.time_zone = form.cleaned_data.get("time_zone") or user.time_zone
        language = getattr(request, "LANGUAGE_CODE", "")
        if language in dict(settings.LANGUAGES):
            user.language = language
        if wanted := get_next_redirect_url(request):
            request.session[WANTED] = wanted
        if commit:
            register_student(user=user, ignored=NEVER_POSTED & request.POST.keys())
        return user

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Who confirms in the browser that they joined with goes on to what they wanted."""
        url: str = super().get_email_verification_redirect_url(email_address)
        wanted = self.request.session.pop(WANTED, "")
        if not wanted or self.request.user.is_authenticated:
            return url
        return f"{reverse('account_login')}?{urlencode({'next': wanted})}"

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Whoever confirms an address has it, whoever else claimed it before."""
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            release_address(email=email_address.email, owner=email_address.user)
        return confirmed

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Never the main address, also where it is the only one: nobody is without one."""
        return not email_address.primary and super().can_delete_email(email_address)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        site = {"site_url": settings.WAGTAILADMIN_BASE_URL}
        super().send_mail(template_prefix, email, {**context, **site})

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts before the password is hashed. Over the limit 429, for the right one too."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(too_many_requests(request)) from error

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Tells the owner when this failure was the last one allowed."""
        user = _account(credentials)
        if user is not None and self._is_locked(request, credentials):
            announce_lock(user=user)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One counter for an account, by whatever name and through whatever host it is tried."""
        user = _account(credentials)
        if user is not None:
            return f"account:{user.pk}"
        login = credentials.get("email") or credentials.get("username") or ""
        return f"unknown:{login.strip().lower()}"

    def _is_locked(self, request: HttpRequest, credentials: dict[str, Any]) -> bool:
        rates = app_settings.RATE_LIMITS["login_failed"].split(",")
        by_account = ",".join(rate for rate in rates if rate.strip().endswith("/key"))
        return not ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed",
            config={"login_failed": by_account},
            key=self._get_login_attempts_cache_key(request, **credentials),
            dry_run=True,
        )


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """429, and when to come back: the longest window of the sign-in limits, in seconds."""
    response = ratelimit.respond_429(request)
    rates = ratelimit.get_rates(app="allauth.account", action="login_failed")
    response["Retry-After"] = str(int(max(rate.duration for rate in rates)))
    return response


def _account(credentials: dict[str, Any]) -> User | None:
    names = filter(None, (credentials.get("username"), credentials.get("email")))
    return next((user for name in names if (user := find_account(name))), None)
