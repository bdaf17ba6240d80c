from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _
from wagtail.users import apps as users_apps


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")
    default = True

    def ready(self) -> None:
        """Says what administrators may do with people, and keeps groups in step with roles."""
        from accounts import receivers
        from accounts.models import Role
        from accounts.roles import role_permissions

        role_permissions.register(
            "accounts",
            {Role.ADMIN: ["accounts.add_user", "accounts.change_user", "accounts.view_user"]},
        )
        receivers.connect()


class AcademyUsersAppConfig(users_apps.WagtailUsersAppConfig):
    """Wagtail's list of people, with the academy's form (role in, groups out)."""

    default = False
    user_viewset = "accounts.viewsets.UserViewSet"

    def ready(self) -> None:
        """Puts the academy's policies where Wagtail would put its own."""
        from django.contrib.auth.models import Group
        from wagtail.permissions import register_permission_policy

        from accounts.models import User
        from accounts.policies import NobodyPolicy, PeoplePolicy

        register_permission_policy(User, PeoplePolicy(User))
        register_permission_policy(Group, NobodyPolicy(Group))


class AcademyAdminConfig(admin_apps.AdminConfig):
    """Django's administration, for superusers only."""

    default = False
    default_site = "accounts.admin_site.AcademyAdminSite"
