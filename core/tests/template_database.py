"""The test database: copied from a template, where its migrations have run before.

Two hundred migrations cost ten seconds of CPU in every process. They run once for each state of the
migrations and pinned versions. What runs after every `migrate` (pages of the site, groups,
permissions) is cheap and isn't in the key: it runs on each copy.
"""

import fcntl
import hashlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

FOLDER = Path(settings.BASE_DIR, "var", "test-templates")
KEPT = 4
"""Templates that stay when a new one is made, so that changing branches stays quick."""


def create_test_database(*, anew: bool = False) -> None:
    """Point the default connection at a migrated database that belongs to this process.

    `anew` makes the template again, too. The caller destroys the database.
    """
    template = SQLiteTemplate() if connection.vendor == "sqlite" else PostgreSQLTemplate()
    with one_process():
        copied = not anew and template.copy()
        if not copied:
            connection.creation.create_test_db(verbosity=0, serialize=False)
            template.keep()
    if copied:
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    # Looked up now, so that no test that counts queries is the first to need one.
    ContentType.objects.get_for_models(*apps.get_models())


def migrations_key() -> str:
    """A digest of our migrations, the pinned versions, the apps and this module."""
    root = Path(settings.BASE_DIR)
    files = [Path(__file__), root / "requirements.txt", root / "constraints.txt"]
    for config in apps.get_app_configs():
        name, _explicit = MigrationLoader.migrations_module(config.label)
        spec = find_spec(name) if name else None
        if spec and spec.origin and _is_ours(Path(spec.origin), root):
            files += sorted(Path(spec.origin).parent.glob("*.py"))
    digest = hashlib.sha256(repr([sys.version, settings.INSTALLED_APPS]).encode())
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _is_ours(file: Path, root: Path) -> bool:
    return file.is_relative_to(root) and "site-packages" not in file.parts


@contextmanager
def one_process() -> Iterator[None]:
    """The first of several processes makes the template, the others wait and copy it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def use_database(name: str) -> None:
    """What Django's own set-up does once a database is there."""
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = name
    connection.settings_dict["NAME"] = name


class SQLiteTemplate:
    """A file in `var/test-templates`."""

    def __init__(self) -> None:
        self.file = FOLDER / f"{migrations_key()}.sqlite3"

    def copy(self) -> bool:
        """False where there is no template yet."""
        if not self.file.exists():
            return False
        name = str(connection.settings_dict["TEST"]["NAME"])
        shutil.copyfile(self.file, name)
        use_database(name)
        return True

    def keep(self) -> None:
        """Make the database of this process, just migrated, the template."""
        self.file.unlink(missing_ok=True)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(self.file)])
        files = sorted(FOLDER.glob("*.sqlite3"), key=lambda file: file.stat().st_mtime)
        for old in files[:-KEPT]:
            old.unlink()


class PostgreSQLTemplate:
    """A database beside the one of the tests, named after it."""

    def __init__(self) -> None:
        settings_dict = connection.settings_dict
        self.database = settings_dict["TEST"]["NAME"] or f"test_{settings_dict['NAME']}"
        # One for all processes of a run.
        self.family = f"template_{settings_dict['NAME']}_"
        self.name = self.family + migrations_key()

    def copy(self) -> bool:
        """False where there is no template yet."""
        with self.server() as server:
            found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.name])
            if not found.fetchone():
                return False
            self.make(server, self.database, self.name)
        use_database(self.database)
        return True

    def keep(self) -> None:
        """Make the database of this process, just migrated, the template of its family."""
        connection.close()
        with self.server() as server:
            pattern = self.family.replace("_", r"\_") + "%"
            old = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
            for (name,) in old.fetchall():
                server.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
            self.make(server, self.name, self.database)

    @staticmethod
    def make(server: psycopg.Connection, name: str, template: str) -> None:
        names = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {name}").format(**names))
        server.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**names))

    @staticmethod
    def server() -> psycopg.Connection:
        """A connection of its own: databases are made outside of transactions."""
        keys = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
        login = {key: connection.settings_dict[name] or None for key, name in keys.items()}
        return psycopg.connect(dbname="postgres", autocommit=True, **login)
