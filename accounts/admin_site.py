"""Django's own administration: for superusers only, through the academy's one sign-in page."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from allauth.account.views import LogoutView
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import can_enter_django_admin
from accounts.views import redirect_to_sign_in


class AcademyAdminSite(AdminSite):
    """Opens for superusers; for other people who are signed in it isn't there."""

    site_header = _("Jeevi Academy: tables")
    site_title = _("Jeevi Academy")
    index_title = _("Tables")

    def has_permission(self, request: HttpRequest) -> bool:
        return can_enter_django_admin(request.user)

    def admin_view(
        self, view: Callable[..., HttpResponse], cacheable: bool = False
    ) -> Callable[..., HttpResponse]:
        guarded = super().admin_view(view, cacheable)

        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return update_wrapper(checked, guarded)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect_to_sign_in(request, may_enter=can_enter_django_admin, home="admin:index")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return LogoutView.as_view()(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_change_password"))
