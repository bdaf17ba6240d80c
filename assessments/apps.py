from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")

    def ready(self) -> None:
        from assessments import receivers
        from assessments.selectors.states import get_assignment_states, get_quiz_states
        from learning.registries import ActivityType, CourseTool, activity_types, course_places

        course_places.register(
            "work",
            CourseTool(
                _("Quizzes and assignments"),
                "clipboard-document-check",
                lambda course_id: reverse("course_work", args=[course_id]),
            ),
        )
        activity_types.register(
            "quiz",
            ActivityType("quiz", "assessments.Quiz", "question-mark-circle", get_quiz_states),
        )
        activity_types.register(
            "assignment",
            ActivityType(
                "assignment", "assessments.Assignment", "pencil-square", get_assignment_states
            ),
        )
        receivers.connect()
