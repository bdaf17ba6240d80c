"""Production refuses to start half configured; the embedded academy needs nothing."""

import json
import os
import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from accounts.models import User, offered_languages
from core.s3_storages import S3PublicStorage
from site_config.settings import base

COMPLETE = {
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "academy.example",
    "DATABASE_URL": "postgres://127.0.0.1/academy",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_URL": "smtp://127.0.0.1:25",
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
    rest = {"BASE_URL": "https://academy.example", **COMPLETE}
    del rest[name]
    process = start("production", rest, "DEBUG")
    reason = process.stderr.strip().splitlines()[-1]

    assert process.returncode != 0
    assert set(re.findall(r"[A-Z_]{5,}", reason)) == {name}


@pytest.mark.parametrize("hosts", ["*", ".academy.example"])
def test_production_without_a_name_for_links_asks_for_the_address(hosts):
    process = start("production", {**COMPLETE, "ALLOWED_HOSTS": hosts}, "DEBUG")

    assert process.returncode != 0
    assert "BASE_URL" in process.stderr


def test_production_writes_links_and_sender_from_its_first_name():
    hosts = {**COMPLETE, "ALLOWED_HOSTS": ".school.example, academy.example, b.example"}
    shown = read("production", hosts, "WAGTAILADMIN_BASE_URL", "DEFAULT_FROM_EMAIL")

    assert shown == {
        "WAGTAILADMIN_BASE_URL": "https://academy.example",
        "DEFAULT_FROM_EMAIL": "Jeevi Academy <academy@academy.example>",
    }


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


def test_mail_server_of_production_is_reached_by_jobs_only():
    names = ["EMAIL_BACKEND", "MAIL_SERVER_BACKEND", "EMAIL_HOST", "EMAIL_PORT"]
    shown = read("production", {**COMPLETE, "EMAIL_URL": "smtp://mail.example:587"}, *names)

    assert shown == {
        "EMAIL_BACKEND": "core.mail.JobEmailBackend",
        "MAIL_SERVER_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example",
        "EMAIL_PORT": 587,
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

    assert "core.s3_storages.S3PrivateStorage" in storages
    assert "core.s3_storages.S3PublicStorage" in storages
    assert '"SERVE_MEDIA": false' in storages


@pytest.mark.parametrize(
    ("variables", "origins"),
    [
        ({}, ["https://academy.s3.amazonaws.com"]),
        (
            {"AWS_S3_REGION_NAME": "eu-central-1"},
            ["https://academy.s3.amazonaws.com", "https://academy.s3.eu-central-1.amazonaws.com"],
        ),
        ({"AWS_S3_ENDPOINT_URL": "https://files.example:9000/s3/"}, ["https://files.example:9000"]),
    ],
)
def test_pictures_of_the_bucket_are_let_through(variables, origins):
    bucket = {**COMPLETE, "AWS_STORAGE_BUCKET_NAME": "academy", **variables}
    policy = read("production", bucket, "CONTENT_SECURITY_POLICY")["CONTENT_SECURITY_POLICY"]
    storage = S3PublicStorage(
        bucket_name="academy",
        region_name=variables.get("AWS_S3_REGION_NAME"),
        endpoint_url=variables.get("AWS_S3_ENDPOINT_URL"),
    )
    picture = urlsplit(storage.url("media/a.png"))

    assert policy["DIRECTIVES"]["img-src"] == ["'self'", "data:", *origins]
    assert f"{picture.scheme}://{picture.netloc}" in origins


def test_values_are_read_without_what_surrounds_them():
    written = {
        "BASE_URL": "https://academy.example/",
        "ALLOWED_HOSTS": "academy.example, www.academy.example,",
    }
    names = ["WAGTAILADMIN_BASE_URL", "CSRF_TRUSTED_ORIGINS", "ALLOWED_HOSTS"]

    assert read("production", {**COMPLETE, **written}, *names) == {
        "WAGTAILADMIN_BASE_URL": "https://academy.example",
        "CSRF_TRUSTED_ORIGINS": ["https://academy.example"],
        "ALLOWED_HOSTS": ["academy.example", "www.academy.example"],
    }


def test_variable_that_is_empty_is_not_set():
    empty = {"DATA_DIR": "", "TRUSTED_PROXY_COUNT": "", "DEBUG": "", "PORT": " "}
    names = ["DATA_DIR", "ALLAUTH_TRUSTED_PROXY_COUNT", "DEBUG", "WAGTAILADMIN_BASE_URL"]

    assert read("base", empty, *names) == {
        "DATA_DIR": str(settings.BASE_DIR / "var"),
        "ALLAUTH_TRUSTED_PROXY_COUNT": 0,
        "DEBUG": False,
        "WAGTAILADMIN_BASE_URL": "http://127.0.0.1:8000",
    }


def test_links_in_mails_of_the_embedded_academy_name_its_port(tmp_path):
    variables = {"DATA_DIR": str(tmp_path), "PORT": "8001"}
    shown = read("dev", variables, "WAGTAILADMIN_BASE_URL")

    assert shown == {"WAGTAILADMIN_BASE_URL": "http://127.0.0.1:8001"}


def test_worker_that_make_run_asks_for_has_the_settings_of_make_run():
    recipe = subprocess.run(
        ["make", "--dry-run", "run", "PORT=8001"],  # noqa: S607 (as people type it)
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    worker = re.search(r"start a worker with (.+? worker)", recipe)

    assert worker is not None
    assert "DJANGO_SETTINGS_MODULE=site_config.settings.dev PORT=8001 " in worker[1]


def test_only_languages_with_a_catalogue_are_offered():
    catalogues = {path.parts[-3] for path in base.LOCALE_PATHS[0].glob("*/*/django.mo")}

    assert {code for code, _name in base.LANGUAGES} <= {"en"} | catalogues


def test_another_list_of_languages_asks_for_no_migration():
    assert User._meta.get_field("language").deconstruct()[3]["choices"] is offered_languages


@pytest.mark.parametrize(("query", "seconds"), [("", 5), ("?connect_timeout=9", 9)])
def test_database_that_is_silent_is_given_up(query, seconds):
    variables = {**COMPLETE, "DATABASE_URL": f"postgres://127.0.0.1/academy{query}"}
    shown = read("production", variables, "DATABASES")["DATABASES"]

    assert shown["default"]["OPTIONS"] == {"connect_timeout": seconds}
