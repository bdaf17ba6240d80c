"""The editor in the academy's colours."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_css")
def academy_colours() -> SafeString:
    """Gives every page of the admin the academy's colours and the place of its logo."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/cms.css"))
