"""The academy with the worked examples of `docs/extending.md` installed."""

from site_config.settings.test import *  # noqa: F403
from site_config.settings.test import INSTALLED_APPS

INSTALLED_APPS = [
    "tests.examples.term",  # before lessons, whose body it extends
    *INSTALLED_APPS,
    "tests.examples.poll",
    "tests.examples.matching",
    "tests.examples.weekdays",
    "tests.examples.welcome",
    "tests.examples.reading",
]

ONLY_ON_WEEKDAYS = ["office-hours"]
