"""Production refuses to start half configured; the embedded academy needs nothing."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

COMPLETE = {
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "academy.example",
    "DATABASE_URL": "postgres://127.0.0.1/academy",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "BASE_URL": "https://academy.example",
}
NEEDED = tuple(COMPLETE)
SHOW = """
import json
from django.conf import settings
names = {names!r}
print(json.dumps({{name: getattr(settings, name) for name in names}}, default=str))
"""


def start(
    module: str, variables: dict[str, str], *names: str
) -> "subprocess.CompletedProcess[str]":
    """A process that reads these settings with nothing but these variables."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": f"site_config.settings.{module}",
        **variables,
    }
    return subprocess.run(  # noqa: S603 (our own command)
        [sys.executable, "-c", SHOW.format(names=names)],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def read(module: str, variables: dict[str, str], *names: str) -> dict[str, object]:
    shown: dict[str, object] = json.loads(start(module, variables, *names).stdout)
    return shown


def test_production_without_anything_names_everything_that_is_missing():
    process = start("production", {}, "DEBUG")

    assert process.returncode != 0
    assert all(name in process.stderr for name in NEEDED)


@pytest.mark.parametrize("name", NEEDED)
def test_production_without_one_variable_names_just_this_one(name):
    rest = {key: value for key, value in COMPLETE.items() if key != name}
    process = start("production", rest, "DEBUG")
    reason = process.stderr.strip().splitlines()[-1]

    assert process.returncode != 0
    assert set(re.findall(r"[A-Z_]{5,}", reason)) == {name}


def test_production_is_strict_about_cookies_and_transport():
    shown = read(
        "production",
        COMPLETE,
        *["DEBUG", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_NAME", "CSRF_COOKIE_SECURE"],
        *["SECURE_SSL_REDIRECT", "SESSION_COOKIE_HTTPONLY", "SECURE_HSTS_SECONDS"],
    )

    assert shown == {
        "DEBUG": False,
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SECURE_HSTS_SECONDS": 365 * 24 * 60 * 60,
    }


def test_embedded_academy_needs_no_variable(tmp_path):
    shown = read("dev", {"DATA_DIR": str(tmp_path)}, "DEBUG", "HAS_BROKER", "DATABASES")

    assert shown["DEBUG"] is True
    assert shown["HAS_BROKER"] is False
    assert "sqlite3" in json.dumps(shown["DATABASES"])


def test_debug_can_be_switched_off(tmp_path):
    shown = read("dev", {"DATA_DIR": str(tmp_path), "DEBUG": "false"}, "DEBUG")

    assert shown == {"DEBUG": False}


def test_bucket_brings_object_storage_for_public_and_private_files():
    bucket = {**COMPLETE, "AWS_STORAGE_BUCKET_NAME": "academy"}
    storages = json.dumps(read("production", bucket, "STORAGES", "SERVE_MEDIA"))

    assert "core.storages.S3PrivateStorage" in storages
    assert "core.storages.S3PublicStorage" in storages
    assert '"SERVE_MEDIA": false' in storages
