"""The suite: production's rules on the embedded default, or on what the environment names."""

import atexit
import shutil
import tempfile
from pathlib import Path

from site_config import env
from site_config.settings.base import *  # noqa: F403
from site_config.settings.base import DATABASES, LANGUAGES, PRIVATE_STORAGE, STORAGES

SECRET_KEY = "only-for-tests"
# Before their catalogues are there: pages must hold from right to left.
LANGUAGES = [*LANGUAGES, ("hi", "Hindi"), ("ar", "Arabic")]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# `core/tests/test_task_backend.py` runs tasks as jobs.
TASKS = {"default": {"BACKEND": "core.tests.index_tasks.TestTaskBackend"}}
if not env.EMAIL_URL:
    MAIL_SERVER_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

DATA_DIR = Path(tempfile.mkdtemp(prefix="academy-test-"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
MEDIA_ROOT = DATA_DIR / "media"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir()
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
if not env.AWS_STORAGE_BUCKET_NAME:
    STORAGES["private"] = {
        **PRIVATE_STORAGE,
        "OPTIONS": {"location": DATA_DIR / "private", "base_url": None},
    }
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
