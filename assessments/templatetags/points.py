from decimal import Decimal

from django import template
from django.template.defaultfilters import floatformat

register = template.Library()


@register.filter
def points(value: Decimal | None) -> str:
    """Points as people write them, in the reader's language: 17.5, not 17.50; a dash for none."""
    if value is None:
        return "–"
    exponent = value.normalize().as_tuple().exponent
    return str(floatformat(value, max(0, -int(exponent))))
