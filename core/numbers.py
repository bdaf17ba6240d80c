"""Numbers as people read them, in their language. Nothing else formats a number for people."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NO_NUMBER = "–"
Number = int | float | Decimal


def format_count(count: int) -> str:
    """How many, with thousands apart: 12,345."""
    return str(number_format(count, force_grouping=True))


def format_points(points: Number | None) -> str:
    """Points with the places that they have: 17.5, not 17.50. A dash for none."""
    return NO_NUMBER if points is None else str(number_format(_trim(points), use_l10n=True))


def format_percent(percent: Number | None, places: int = 1) -> str:
    """A percentage, with at most so many places: 66.7 %, 50 %. A dash for none."""
    if percent is None:
        return NO_NUMBER
    rounded = Decimal(str(percent)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return _("%(percent)s %%") % {"percent": number_format(_trim(rounded), use_l10n=True)}


def format_duration(minutes: int | None) -> str:
    """Minutes in short: “45 min”, “2 hours”, “1 h 30 min”. Nothing known: empty."""
    if not minutes:
        return ""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    shown = format_count(hours)
    if not rest:
        return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": shown}
    return _("%(hours)s h %(minutes)s min") % {"hours": shown, "minutes": rest}


def format_minutes(minutes: int) -> str:
    """A time limit in minutes: “1 minute”, “90 minutes”."""
    shown = {"minutes": format_count(minutes)}
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % shown


def format_clock(seconds: int) -> str:
    """Time left as a clock shows it, for pages whose script does not run: 75 is 1:15."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}:{rest:02d}"


def as_input(number: Number | None) -> str:
    """What a form's field holds: the same in every language. Empty for none."""
    return "" if number is None else str(_trim(number))


def _trim(number: Number) -> str:
    """Without an exponent and without zeros at the end."""
    return f"{Decimal(str(number)).normalize():f}"
