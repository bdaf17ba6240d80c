"""Django's own administration: a look into the tables, for superusers only.

People are added, changed and deactivated in `/admin/users/`, where the academy's rules hold.
"""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.models import User

admin.site.unregister(Group)  # groups follow from roles


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
    sortable_by = ("username", "email", "last_login")
    inlines = (EmailAddressInline,)
    fieldsets = (
        (None, {"fields": ("username", "email")}),
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

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """A password set here would be in no record: people are changed in one place."""
        return redirect("wagtailusers_users:edit", id)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
