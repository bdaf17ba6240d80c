from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import ngettext

from core.jobs import retry_failed


class Command(BaseCommand):
    """For after the mending of what made jobs fail for more than a day."""

    help = "Queues the jobs again that were given up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", default="", help="Only jobs of this name.")

    def handle(self, *args: Any, **options: Any) -> None:
        count = retry_failed(options["name"])
        message = ngettext("%(count)s job waits again.", "%(count)s jobs wait again.", count)
        self.stdout.write(message % {"count": count})
