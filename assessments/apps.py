from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")

    def ready(self) -> None:
        from assessments import receivers
        from assessments.activity_kinds import register_kinds
        from assessments.question_types import register_types
        from learning.registries import CourseTool, course_places

        course_places.register(
            "work",
            CourseTool(
                _("Course work"),
                "clipboard-document-check",
                lambda course_id: reverse("course_work", args=[course_id]),
            ),
        )
        register_types()
        register_kinds()
        receivers.connect()
