from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = _("Learning")

    def ready(self) -> None:
        from accounts.registries import leaving_guards
        from learning import policies, progress_receivers, receivers, release_rules
        from learning.forms import CourseTreeForm
        from learning.models import CoursePage, LessonPage, ModulePage
        from learning.panels import ForeignActivitiesPanel
        from learning.registries import completion_rules, lesson_panels
        from learning.services.progress import find_with_all_required
        from learning.services.teams import keep_led_courses

        policies.register()
        release_rules.register()
        leaving_guards.register("learning.led_courses", keep_led_courses)
        completion_rules.register("required lessons", find_with_all_required)
        heading = _("Activities of other courses")
        lesson_panels.register("foreign activities", ForeignActivitiesPanel(heading=heading))
        receivers.connect()
        progress_receivers.connect()
        for kind in (CoursePage, ModulePage, LessonPage):
            kind.base_form_class = CourseTreeForm
