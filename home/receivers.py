"""After every migration the academy has its pages."""

from typing import Any

from django.contrib.contenttypes.models import ContentType

from home.services.site import ensure_site


def ensure_site_after_migrate(**kwargs: Any) -> None:
    """Runs after a flush too, when the content types that this process remembers are gone."""
    ContentType.objects.clear_cache()
    ensure_site()
