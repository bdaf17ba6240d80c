"""The pages that every academy has, and the workflow that its courses pass."""

from django.conf import settings
from django.db import transaction
from wagtail.models import Collection, Locale, Page, Site

from home.models import LandingPage
from learning.models import CourseIndexPage
from learning.services.courses import ensure_moderation


@transaction.atomic
def ensure_site() -> CourseIndexPage:
    """Make what is missing of landing page, catalogue, site and moderation. Safe at any time."""
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    if not Collection.get_first_root_node():
        Collection.add_root(name="Root")
    landing = LandingPage.objects.first() or _make_landing_page()
    index = CourseIndexPage.objects.first()
    if index is None:
        index = CourseIndexPage(title="Courses", slug="courses")
        landing.add_child(instance=index)
        index.save_revision().publish()
    ensure_moderation(index)
    return index


def _make_landing_page() -> LandingPage:
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    welcome = root.get_children().filter(slug="home").first()
    landing = LandingPage(title=settings.WAGTAIL_SITE_NAME, slug="academy")
    root.add_child(instance=landing)
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": "localhost",
            "root_page": landing,
            "site_name": settings.WAGTAIL_SITE_NAME,
        },
    )
    if welcome is not None and welcome.specific_class is Page:
        welcome.delete()
    return landing
