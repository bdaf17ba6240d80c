from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "tests.examples.matching"
    label = "matching"
    verbose_name = "Matching questions"

    def ready(self) -> None:
        from assessments.question_types import question_types
        from tests.examples.matching.question_type import Matching

        question_types.register(Matching.key, Matching())
