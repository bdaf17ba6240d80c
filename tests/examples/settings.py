"""The academy with the worked examples of `docs/extending.md` installed."""

from site_config.settings.test import *  # noqa: F403
from site_config.settings.test import INSTALLED_APPS

INSTALLED_APPS = [
    *INSTALLED_APPS,
    "tests.examples.poll",
    "tests.examples.matching",
    "tests.examples.weekdays",
]

ONLY_ON_WEEKDAYS = ["office-hours"]
