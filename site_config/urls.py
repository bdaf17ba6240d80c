"""Every address of the academy. Which app answers what: `docs/architecture.md`.

`/healthz` and `/readyz` are answered before these are asked: `site_config.middleware`.
"""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from learning.urls import root_urlpatterns as course_urlpatterns

handler400 = "django.views.defaults.bad_request"

urlpatterns = [
    path("", include("accounts.urls")),
    path("learning/", include("learning.urls")),
    path("assessments/", include("assessments.urls")),
    path("notifications/", include("notifications.urls")),
    path("", include("home.urls")),
    path("django-admin/", admin.site.urls),
    path("admin/", include(wagtailadmin_urls)),
    *course_urlpatterns,
    path("documents/", include(wagtaildocs_urls)),
    path("favicon.ico", RedirectView.as_view(url=settings.STATIC_URL + "favicon.svg")),
]

if settings.SERVE_MEDIA:
    # Public pictures of an academy without object storage. Originals and files are not below here.
    urlpatterns += [
        path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}, name="media")
    ]

urlpatterns += [path("", include(wagtail_urls))]
