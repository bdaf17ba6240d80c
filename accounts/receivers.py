"""Keeps the groups in step with the roles after every migrate."""

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from accounts.roles import sync_roles


def sync_roles_after_migrate(sender: AppConfig, **kwargs: Any) -> None:
    """Runs once, after the last app: only then every permission exists.

    Halfway through the history of migrations the tables may be missing: then it waits.
    """
    state = kwargs.get("apps", apps)
    try:
        for label in ("accounts.User", "auth.Group", "wagtailadmin.Admin"):
            state.get_model(label)
    except LookupError:
        return
    sync_roles()


def connect() -> None:
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    post_migrate.connect(
        sync_roles_after_migrate, sender=last, dispatch_uid="accounts.sync_roles_after_migrate"
    )
