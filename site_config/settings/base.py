"""Settings that hold everywhere. Safe by default: `dev` and `test` relax, `production` demands."""

from operator import attrgetter
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from site_config import env
from site_config.release import get_release
from site_config.settings.periodic import (  # noqa: F401
    CELERY_BEAT_SCHEDULE,
    PERIODIC_TASKS,
    QUEUES,
)

BASE_DIR = env.BASE_DIR
DEBUG = False
SECRET_KEY = env.SECRET_KEY
ALLOWED_HOSTS = env.ALLOWED_HOSTS
ROOT_URLCONF = "site_config.urls"
WSGI_APPLICATION = "site_config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "home",
    "notifications",
    "assessments",
    "learning",
    "accounts",
    "core",
    "accounts.apps.AcademyUsersAppConfig",
    "wagtail.contrib.redirects",
    "wagtail.contrib.table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "wagtail_modeladmin",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "heroicons",
    "accounts.apps.AcademyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "site_config.middleware.RequestIdMiddleware",
    "site_config.middleware.HealthMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "site_config.middleware.PrivateCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "site_config.middleware.PersonalSettingsMiddleware",
    "accounts.middleware.BackOfficeMiddleware",
    "learning.middleware.CourseIsolationMiddleware",
    "learning.middleware.OneDecisionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "site_config.middleware.DomainErrorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "notifications.context_processors.unread_count",
            ],
        },
    }
]

# -- People ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.SmallArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_DISPLAY = attrgetter("display_name")
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_SIGNUP_OPEN = True
ACCOUNT_FORMS = {
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PRESERVE_USERNAME_CASING = False
# Counted before the password is hashed; "key" is the account, whatever the address. A class that
# signs in from one school has one address: what succeeds is limited far less than what fails.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "signup": "60/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.TRUSTED_PROXY_COUNT

# -- Where things are kept ---------------------------------------------------------------------
DATA_DIR = env.DATA_DIR
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA_DIR / "academy.sqlite3",
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    },
}


def database(url: str) -> dict[str, Any]:
    """A `DATABASES` entry that notices a restarted server and gives up on one that is silent.

    Queries have no limit here: jobs for a whole class take longer than any page may.
    """
    config: dict[str, Any] = env.database_config(url)
    if config["ENGINE"] == "django.db.backends.postgresql":
        config["OPTIONS"] = {"connect_timeout": 5, **config.get("OPTIONS", {})}
    return {**config, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": database(env.DATABASE_URL) if env.DATABASE_URL else SQLITE}

HAS_BROKER = bool(env.REDIS_URL)
DATABASE_CACHE = {
    "BACKEND": "core.caching.UpsertDatabaseCache",
    "LOCATION": "core_cache",
}
REDIS_CACHE = {
    "BACKEND": "django_redis.cache.RedisCache",
    "LOCATION": env.REDIS_URL,
    "OPTIONS": {
        "CONNECTION_POOL_CLASS": "core.caching.BreakerPool",
        "IGNORE_EXCEPTIONS": True,
        "SOCKET_CONNECT_TIMEOUT": 1,
        "SOCKET_TIMEOUT": 1,
    },
}
LOCAL_CACHE = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "pages",
    "OPTIONS": {"MAX_ENTRIES": 2_000},
}
RELEASE = get_release(BASE_DIR)
# default: what must survive a stopped Redis (rate limits). shared: figures that several processes
# read. pages, renditions: objects that can be made again at any time, and only by this release.
CACHES: dict[str, dict[str, Any]] = {
    "default": DATABASE_CACHE,
    "shared": {**(REDIS_CACHE if HAS_BROKER else DATABASE_CACHE), "KEY_PREFIX": "shared"},
    "pages": {**(REDIS_CACHE if HAS_BROKER else LOCAL_CACHE), "KEY_PREFIX": f"pages:{RELEASE}"},
    "renditions": {
        **(REDIS_CACHE if HAS_BROKER else LOCAL_CACHE),
        "KEY_PREFIX": f"renditions:{RELEASE}",
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
PRIVATE_ROOT = DATA_DIR / "private"
SERVE_MEDIA = not env.AWS_STORAGE_BUCKET_NAME

S3 = {
    "bucket_name": env.AWS_STORAGE_BUCKET_NAME,
    "endpoint_url": env.AWS_S3_ENDPOINT_URL or None,
    "access_key": env.AWS_ACCESS_KEY_ID or None,
    "secret_key": env.AWS_SECRET_ACCESS_KEY or None,
    "region_name": env.AWS_S3_REGION_NAME or None,
    "file_overwrite": False,
    "default_acl": None,
    "querystring_auth": True,
    "querystring_expire": 300,
}
if env.AWS_STORAGE_BUCKET_NAME:
    PUBLIC_STORAGE = {
        "BACKEND": "core.s3_storages.S3PublicStorage",
        "OPTIONS": {**S3, "location": "media"},
    }
    PRIVATE_STORAGE = {
        "BACKEND": "core.s3_storages.S3PrivateStorage",
        "OPTIONS": {**S3, "location": "private"},
    }
else:
    PUBLIC_STORAGE = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    PRIVATE_STORAGE = {
        "BACKEND": "core.storages.PrivateFileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    }
STORAGES: dict[str, dict[str, Any]] = {
    "default": PUBLIC_STORAGE,
    "private": PRIVATE_STORAGE,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_PERMISSIONS = 0o640

# -- Work in the background --------------------------------------------------------------------
CELERY_BROKER_URL = env.REDIS_URL or "memory://"
# A worker takes all queues unless `-Q` names some of them.
CELERY_TASK_QUEUES = [Queue(name) for name in QUEUES]
CELERY_TASK_DEFAULT_QUEUE = QUEUES[0]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "max_retries": 0,
}
# A hint is sent once: a hung broker costs a request one time-out, and the sweep finds the job.
CELERY_TASK_PUBLISH_RETRY = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 0, "interval_start": 0, "interval_max": 0}

# Wagtail's tasks (search index, reference index) are jobs.
TASKS = {"default": {"BACKEND": "core.task_backend.JobTaskBackend"}}

DEFAULT_FROM_EMAIL = env.DEFAULT_FROM_EMAIL or "Jeevi Academy <academy@localhost>"
# Mails are jobs. The worker sends them by the second backend.
EMAIL_BACKEND = "core.mail.JobEmailBackend"
MAIL_SERVER_BACKEND = "django.core.mail.backends.console.EmailBackend"
if env.EMAIL_URL:
    _mail_server = env.email_config(env.EMAIL_URL)
    MAIL_SERVER_BACKEND = str(_mail_server.pop("EMAIL_BACKEND"))
    vars().update(_mail_server)
EMAIL_TIMEOUT = 5

# -- Languages and time ------------------------------------------------------------------------
LANGUAGE_CODE = "en"
# Only what has a catalogue: a page half in one language and half in another serves nobody.
LANGUAGES: list[tuple[str, Any]] = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "templates" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "site_config.formats"

# -- Wagtail -----------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Jeevi Academy"
WAGTAILADMIN_BASE_URL = env.BASE_URL or f"http://127.0.0.1:{env.PORT}"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
# Pasted addresses stay as they are: looking up their pages would name those of other courses.
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = "never"
WAGTAIL_I18N_ENABLED = False
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
# A password shared by all readers could be guessed without end: it is not offered.
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", _("English"))]
WAGTAILIMAGES_IMAGE_MODEL = "learning.CourseImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "learning.forms.CourseImageForm"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 25_000_000
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_MODEL = "learning.CourseDocument"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "learning.forms.CourseDocumentForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILEMBEDS_FINDERS = [{"class": "learning.video.FrameFinder"}]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_MODERATION_ENABLED = True

# -- Protection --------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *env.bucket_origins()],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "frame-src": [SELF, "https://www.youtube-nocookie.com", "https://player.vimeo.com"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # Wagtail's editor shows the preview in a frame
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "site_config.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "site_config.logs.RequestIdFilter"}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
        },
        "plain": {"format": "%(levelname)s %(name)s [%(request_id)s] %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "json",
        },
    },
    "loggers": {
        "celery.app.trace": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
