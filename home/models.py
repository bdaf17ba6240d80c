from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page


class LandingPage(Page):
    """The academy's first page. One of them, made with the site."""

    headline = models.CharField(_("headline"), max_length=120, blank=True)
    introduction = models.CharField(_("introduction"), max_length=300, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("introduction")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["learning.CourseIndexPage"]
    max_count = 1
    private_page_options: list[str] = []
    template = "home/landing_page.html"

    class Meta:
        verbose_name = _("landing page")
