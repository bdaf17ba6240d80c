"""Time zones that people may choose, by region."""

from collections.abc import Iterable
from functools import cache
from zoneinfo import available_timezones

REGIONS = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)
UTC = "UTC"

Choice = tuple[str, str]
Group = tuple[str, list[Choice]]


@cache
def known_zones() -> frozenset[str]:
    """Every name of the IANA database, old ones too: browsers still send some of them."""
    return frozenset(available_timezones())


def is_known_zone(name: str) -> bool:
    return name in known_zones()


def grouped_choices(*, also: str = "") -> list[Choice | Group]:
    """Choices of a select by region, UTC first. `also` is listed whatever it is: it is in use."""
    listed = {UTC, *_regional(known_zones())}
    first = [(name, _words(name)) for name in sorted({UTC, also} - {""} - (listed - {UTC}))]
    groups = (
        (region, [(name, _words(name.partition("/")[2])) for name in names])
        for region, names in _by_region().items()
    )
    return [*first, *groups]


@cache
def _by_region() -> dict[str, list[str]]:
    regions: dict[str, list[str]] = {}
    for name in sorted(_regional(known_zones())):
        regions.setdefault(name.partition("/")[0], []).append(name)
    return regions


def _regional(names: Iterable[str]) -> set[str]:
    return {name for name in names if name.partition("/")[0] in REGIONS and "/" in name}


def _words(name: str) -> str:
    return name.replace("_", " ").replace("/", ", ")
