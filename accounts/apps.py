from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")


class AcademyUsersAppConfig(WagtailUsersAppConfig):
    """Wagtail's list of people, with the academy's form (role in, groups out)."""
