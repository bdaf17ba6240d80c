import signal
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils.translation import gettext as _

from core.periodic import Schedule, run_round

PAUSE = 1.0
"""Seconds between two looks for work, and the longest time until a signal is heard."""


class Command(BaseCommand):
    """Stands in for worker and beat on the embedded academy: same table, same jobs, no broker."""

    help = "Runs the periodic tasks and the due jobs in one process, without a broker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Run all that is due and return.")

    def handle(self, *args: Any, **options: Any) -> None:
        schedule = Schedule(settings.PERIODIC_TASKS)
        if options["once"]:
            while run_round(schedule):
                continue
            return
        self._run_until_signal(schedule)

    def _run_until_signal(self, schedule: Schedule) -> None:
        """A signal lets the task or job at hand finish, then ends the process with status 0."""
        stopped: list[int] = []

        def stop(number: int, frame: FrameType | None) -> None:
            stopped.append(number)

        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            while not stopped:
                close_old_connections()
                more = run_round(schedule, stopping=lambda: bool(stopped))
                time.sleep(0 if stopped or more else PAUSE)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        self.stdout.write(_("Periodic work has ended."))
