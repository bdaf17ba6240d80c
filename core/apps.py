from django.apps import AppConfig
from django.db.models.signals import pre_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Imports every app's `tasks`, so that job handlers exist in each kind of process."""
        from core.schema_version import refuse_older_database

        pre_migrate.connect(refuse_older_database, sender=self)
        autodiscover_modules("tasks")
