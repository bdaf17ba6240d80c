"""Django's own administration: a look into the tables, for superusers only.

People are added, changed and deactivated in `/admin/users/`, where the academy's rules hold.
"""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.views import LogoutView
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import can_enter_django_admin
from accounts.views import lead_to_the_door


class AcademyAdminSite(admin.AdminSite):
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

        def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return update_wrapper(gate, guarded)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return lead_to_the_door(request, may_enter=can_enter_django_admin, home="admin:index")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return LogoutView.as_view()(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_change_password"))


class EmailAddressInline(admin.TabularInline):
    model = EmailAddress
    extra = 0
    can_delete = False
    readonly_fields = ("email", "verified", "primary")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Shows a person. Role, rights and address are read only: services change them."""

    list_display = ("username", "display_name", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_active", "is_superuser")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    inlines = (EmailAddressInline,)
    fieldsets = (
        (None, {"fields": ("username", "email", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "language", "time_zone")}),
        (_("Rights"), {"fields": ("role", "is_active", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    filter_horizontal = ()
    readonly_fields = (
        "username",
        "email",
        "role",
        "is_active",
        "is_superuser",
        "groups",
        "last_login",
        "date_joined",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
