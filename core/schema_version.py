"""Notices a database file whose tables were made by an earlier form of the first migrations.

Until the first release each app's `0001` is rewritten when models change, and Django can't see it:
to it the migration has run. SQLite keeps one number for the application in the file; it holds a
digest of the first migrations that made the tables.
"""

import hashlib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import CommandError
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder


def refuse_older_database(*, using: str, **kwargs: Any) -> None:
    """Runs before every `migrate`; raises `CommandError` that says what to do.

    Only for SQLite: a database on a server is made by whoever runs the academy.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    expected = _digest()
    with connection.cursor() as cursor:
        if not MigrationRecorder(connection).applied_migrations():
            cursor.execute(f"PRAGMA user_version = {expected}")
            return
        stored = cursor.execute("PRAGMA user_version").fetchone()[0]
    if stored != expected:
        name = connection.settings_dict["NAME"]
        raise CommandError(
            f"{name} was made by an earlier version, whose tables were different. There is no way "
            f"to bring its data along before the first release. Move it away and start again: "
            f"mv {name} {name}.old"
        )


def _digest() -> int:
    """Positive and below 2^31, as SQLite wants it."""
    digest = hashlib.sha256()
    for config in apps.get_app_configs():
        if Path(config.path).parent == Path(settings.BASE_DIR):
            for file in sorted(Path(config.path, "migrations").glob("0001_*.py")):
                digest.update(config.label.encode() + file.read_bytes())
    return int.from_bytes(digest.digest()[:4]) >> 1
