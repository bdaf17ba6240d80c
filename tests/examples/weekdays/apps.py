from django.apps import AppConfig


class WeekdaysConfig(AppConfig):
    name = "tests.examples.weekdays"
    label = "weekdays"

    def ready(self) -> None:
        from learning.registries import release_facts, release_rules
        from tests.examples.weekdays import release_rule

        release_facts.register("only_on_weekdays", release_rule.load_courses)
        release_facts.register("time_zone", release_rule.load_time_zone)
        release_rules.register("only on weekdays", release_rule.OnlyOnWeekdays())
