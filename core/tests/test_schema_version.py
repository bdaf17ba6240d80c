import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from pytest_django.plugin import DjangoDbBlocker

from core.schema_version import refuse_older_database

OTHER = "other"


@pytest.fixture
def file(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """A second SQLite database, marked as new and then migrated."""
    file = tmp_path / "academy.sqlite3"
    connections.databases[OTHER] = {
        **connections.databases["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {},
    }
    with django_db_blocker.unblock():
        refuse_older_database(using=OTHER)
        MigrationRecorder(connections[OTHER]).record_applied("core", "0001_initial")
        yield file
        connections[OTHER].close()
    del connections[OTHER], connections.databases[OTHER]


def test_database_of_the_same_first_migrations_is_migrated_again(file: Path) -> None:
    refuse_older_database(using=OTHER)


@pytest.mark.parametrize("version", [0, 5])
def test_database_of_other_first_migrations_is_refused_with_advice(
    file: Path, version: int
) -> None:
    connection = sqlite3.connect(file)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    with pytest.raises(CommandError, match=f"mv {file} {file}.old"):
        refuse_older_database(using=OTHER)
