"""Production: refuses to start without what it needs, and says which variable is missing."""

from urllib.parse import urlsplit

from site_config import env
from site_config.settings.base import *  # noqa: F403

env.require(
    SECRET_KEY=env.SECRET_KEY,
    ALLOWED_HOSTS=env.ALLOWED_HOSTS,
    DATABASE_URL=env.DATABASE_URL,
    REDIS_URL=env.REDIS_URL,
    EMAIL_URL=env.EMAIL_URL,
    BASE_URL=env.BASE_URL or env.main_host(),
)

WAGTAILADMIN_BASE_URL = env.BASE_URL or f"https://{env.main_host()}"
DEFAULT_FROM_EMAIL = env.DEFAULT_FROM_EMAIL or (
    f"Jeevi Academy <academy@{urlsplit(WAGTAILADMIN_BASE_URL).hostname}>"
)

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if env.TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
CSRF_TRUSTED_ORIGINS = [WAGTAILADMIN_BASE_URL]

if env.SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(dsn=env.SENTRY_DSN, send_default_pii=False)
