from django.apps import AppConfig


class TermConfig(AppConfig):
    name = "tests.examples.term"
    label = "term"
    verbose_name = "A block that explains a term"
