from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from home.services.seed import SeedPlan, seed

WIDTH = 30


class Command(BaseCommand):
    help = "Load data in bulk, to see how the academy behaves when it is full."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--courses", type=int, default=10)
        parser.add_argument("--lessons", type=int, default=20, help="in each course")
        parser.add_argument("--students", type=int, default=100)
        parser.add_argument("--enrollments", type=int, default=500, help="in total")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("courses", "lessons", "students", "enrollments")
        numbers = {name: options[name] for name in names}
        for name, number in numbers.items():
            if number < 0:
                raise CommandError(f"--{name} can't be negative")
        seed(plan=SeedPlan(**numbers), report=self.report)
        self.stdout.write(self.style.SUCCESS("Done. Everybody's password is jeevi-demo."))

    def report(self, step: str, done: int, total: int) -> None:
        """A bar that grows in place; where nobody looks, only its end is written."""
        if not self.stderr.isatty() and done < total:
            return
        filled = WIDTH * done // max(total, 1)
        bar = "█" * filled + "·" * (WIDTH - filled)
        self.stderr.write(
            f"\r{step:<14} {bar} {done}/{total}", ending="\n" if done >= total else ""
        )
