from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from learning.models import CoursePage
from learning.services.counts import rebuild_counts
from learning.services.progress import recount_course
from learning.services.structure import refresh_structure


class Command(BaseCommand):
    help = "Counts everybody's progress again from what they completed. Safe at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--course", type=int, help="Only the course with this id.")

    def handle(self, *args: Any, **options: Any) -> None:
        courses = CoursePage.objects.order_by("pk").values_list("pk", flat=True)
        if options["course"]:
            courses = courses.filter(pk=options["course"])
        for course_id in courses:
            refresh_structure(course_id)
            recount_course(course_id)
            rebuild_counts([course_id])
        self.stdout.write(f"Courses counted again: {len(courses)}")
