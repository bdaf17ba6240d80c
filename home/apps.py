from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        from home.receivers import ensure_site_after_migrate

        post_migrate.connect(
            ensure_site_after_migrate, sender=self, dispatch_uid="home.ensure_site"
        )
