"""The embedded academy: everything on one machine, nothing to install but Python."""

from site_config import env
from site_config.settings.base import *  # noqa: F403
from site_config.settings.base import LOGGING, STORAGES

DEBUG = env.DEBUG is not False
SECRET_KEY = env.SECRET_KEY or "only-for-the-embedded-academy"
ALLOWED_HOSTS = env.ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]"]
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
LOGGING["handlers"]["console"]["formatter"] = "plain"
env.DATA_DIR.mkdir(parents=True, exist_ok=True)
LOGGING["loggers"]["wagtail"] = {"level": "WARNING"}
