"""The one place that reads the environment. Every name here stands in `.env.example`."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

_env = environ.Env()
_env.read_env(BASE_DIR / ".env")
# A variable that is set to nothing counts as not set.
_env.ENVIRON = {name: value.strip() for name, value in os.environ.items() if value.strip()}

DEBUG: bool | None = _env.bool("DEBUG", default=None)
SECRET_KEY: str = _env.str("SECRET_KEY", default="")
ALLOWED_HOSTS: list[str] = [
    host.strip() for host in _env.list("ALLOWED_HOSTS", default=[]) if host.strip()
]
DATABASE_URL: str = _env.str("DATABASE_URL", default="")
REDIS_URL: str = _env.str("REDIS_URL", default="")
EMAIL_URL: str = _env.str("EMAIL_URL", default="")
DEFAULT_FROM_EMAIL: str = _env.str("DEFAULT_FROM_EMAIL", default="")
BASE_URL: str = _env.str("BASE_URL", default="").rstrip("/")
PORT: str = _env.str("PORT", default="8000")
TRUSTED_PROXY_COUNT: int = _env.int("TRUSTED_PROXY_COUNT", default=0)
DATA_DIR = Path(_env.str("DATA_DIR", default=str(BASE_DIR / "var")))

AWS_STORAGE_BUCKET_NAME: str = _env.str("AWS_STORAGE_BUCKET_NAME", default="")
AWS_S3_ENDPOINT_URL: str = _env.str("AWS_S3_ENDPOINT_URL", default="").rstrip("/")
AWS_ACCESS_KEY_ID: str = _env.str("AWS_ACCESS_KEY_ID", default="")
AWS_SECRET_ACCESS_KEY: str = _env.str("AWS_SECRET_ACCESS_KEY", default="")
AWS_S3_REGION_NAME: str = _env.str("AWS_S3_REGION_NAME", default="")

SENTRY_DSN: str = _env.str("SENTRY_DSN", default="")


def main_host() -> str:
    """The first name that the academy answers to and that one can write into a link."""
    return next((host for host in ALLOWED_HOSTS if host[0] not in "*."), "")


def email_config(url: str) -> dict[str, object]:
    """The `EMAIL_*` settings of a mail address such as `smtp+tls://user:password@host:587`."""
    return dict(environ.Env.email_url_config(url))


def database_config(url: str) -> dict[str, object]:
    """One entry of `DATABASES` for an address such as `postgres://user:password@host/name`."""
    return dict(environ.Env.db_url_config(url))


def bucket_origins() -> list[str]:
    """Where browsers find the pictures of the bucket: Amazon may lead from one to the other."""
    if not AWS_STORAGE_BUCKET_NAME:
        return []
    if AWS_S3_ENDPOINT_URL:
        address = urlsplit(AWS_S3_ENDPOINT_URL)
        return [f"{address.scheme}://{address.netloc}"]
    hosts = ["s3.amazonaws.com"]
    if AWS_S3_REGION_NAME:
        hosts.append(f"s3.{AWS_S3_REGION_NAME}.amazonaws.com")
    return [f"https://{AWS_STORAGE_BUCKET_NAME}.{host}" for host in hosts]


def require(**values: object) -> None:
    """Refuse to start without a value, and name every variable that is missing."""
    missing = sorted(name for name, value in values.items() if not value)
    if missing:
        raise ImproperlyConfigured(
            "Jeevi Academy can't start: set the environment variable(s) " + ", ".join(missing)
        )
