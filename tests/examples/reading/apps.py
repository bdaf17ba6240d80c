from django.apps import AppConfig


class ReadingConfig(AppConfig):
    name = "tests.examples.reading"
    label = "reading"
    verbose_name = "Books that a course recommends"
    default_auto_field = "django.db.models.BigAutoField"
