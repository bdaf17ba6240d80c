from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from home.services.demo.academy import make_demo
from home.services.demo.people import PASSWORD


class Command(BaseCommand):
    help = "Make the demo academy: three courses, their teachers and thirty students."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="also where DEBUG is off: the passwords are known"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not options["force"]:
            raise CommandError(
                "The demo's passwords are known to everybody. Where DEBUG is off, it is made only "
                "with --force."
            )
        make_demo()
        self.stdout.write("The demo academy is ready. Sign in as")
        for name, role in (
            ("admin", "administrator"),
            ("teacher", "teacher"),
            ("student", "student"),
        ):
            self.stdout.write(f"  {name:<8} {PASSWORD}   ({role})")
