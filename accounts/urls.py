"""Addresses of people: one sign-in page for everybody."""

from allauth.account.views import LogoutView
from django.urls import include, path
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access

from accounts.views import AdminPreferencesView, admin_sign_in, page_sign_in, profile

logout = LogoutView.as_view()

urlpatterns = [
    path("accounts/profile/", profile, name="account_profile"),
    path("accounts/", include("allauth.urls")),
    path("admin/login/", admin_sign_in, name="admin_sign_in"),
    path("_util/login/", page_sign_in, name="page_sign_in"),
    path("admin/logout/", logout, name="admin_logout"),
    path(
        "admin/account/",
        never_cache(require_admin_access(AdminPreferencesView.as_view())),
        name="admin_preferences",
    ),
]
