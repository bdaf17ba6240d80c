from django.apps import AppConfig


class PollConfig(AppConfig):
    name = "tests.examples.poll"
    label = "poll"
    verbose_name = "Polls"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from learning.registries import activity_kinds
        from tests.examples.poll.activity_kind import PollKind

        activity_kinds.register(PollKind.key, PollKind())
