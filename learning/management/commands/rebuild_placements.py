from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from learning.services.placements import Held, rebuild_placements


class Command(BaseCommand):
    help = "Writes again what each lesson holds, and prints what was wrong. Safe at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for difference in rebuild_placements():
            count += 1
            self.stdout.write(f"Lesson {difference.lesson.pk} “{difference.lesson.title}”:")
            self._write("added", difference.added)
            self._write("removed", difference.removed)
        self.stdout.write(f"Lessons mended: {count}" if count else "Nothing to mend.")

    def _write(self, verb: str, rows: Sequence[Held]) -> None:
        for held in rows:
            self.stdout.write(f"  {verb}: {held.field} {held.pk} in block {held.block_id}")
