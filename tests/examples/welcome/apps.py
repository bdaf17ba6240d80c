from django.apps import AppConfig


class WelcomeConfig(AppConfig):
    name = "tests.examples.welcome"
    label = "welcome"
    verbose_name = "A notification that welcomes to a course"

    def ready(self) -> None:
        from notifications.registries import kinds
        from tests.examples.welcome import receivers

        kinds.register(receivers.WELCOME.key, receivers.WELCOME)
