from django import template
from django.utils.safestring import SafeString, mark_safe

from core.html import sanitize_html

register = template.Library()


@register.filter
def safe_html(value: object) -> SafeString:
    """Shows HTML that people wrote. Cleans again here, whatever wrote the row."""
    text = "" if value is None else str(value)
    return mark_safe(sanitize_html(text))  # noqa: S308 (this is the one place that cleans)
