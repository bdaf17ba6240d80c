"""After every migration the academy has its pages."""

from typing import Any

from home.services.site import ensure_site


def ensure_site_after_migrate(**kwargs: Any) -> None:
    ensure_site()
