"""The editor in the academy's colours, and the way back from it."""

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

FIRST = 10


@hooks.register("insert_global_admin_css")
def academy_colours() -> SafeString:
    """Gives every page of the admin the academy's colours and the place of its logo."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/cms.css"))


@hooks.register("insert_editor_js")
def saving_in_turn() -> SafeString:
    """Without it a page submitted while the editor keeps a draft of it answers 500."""
    return format_html('<script src="{}"></script>', static("js/cms-save.js"))


@hooks.register("register_admin_menu_item")
def way_back() -> MenuItem:
    """One's own dashboard: those who write also teach."""
    return MenuItem(
        _("My dashboard"), reverse("dashboard"), name="dashboard", icon_name="home", order=FIRST
    )
