from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")

    def ready(self) -> None:
        from assessments.selectors.states import get_assignment_states, get_quiz_states
        from learning.registries import ActivityType, activity_types

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
