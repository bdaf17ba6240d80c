"""`core.numbers` for templates."""

from django import template

from core import numbers

register = template.Library()

register.filter("count", numbers.format_count)
register.filter("points", numbers.format_points)
register.filter("percent", numbers.format_percent)
register.filter("duration", numbers.format_duration)
register.filter("minutes", numbers.format_minutes)
register.filter("clock", numbers.format_clock)
