from django.utils.translation import gettext_lazy as _

from learning.blocks.activities import ActivityChooserBlock
from learning.blocks.registration import PRACTICE, lesson_block
from learning.registries import ActivityState


@lesson_block("quiz", position=110)
class QuizBlock(ActivityChooserBlock):
    """A quiz of the course. The lesson is complete when the quiz is done by its rule."""

    target_model = "assessments.Quiz"
    chooser = "assessments.wagtail_hooks.quiz_chooser_viewset"
    sample = ActivityState(title="Check: water", url="", note="10 questions", done=False)

    class Meta:
        template = "learning/blocks/quiz.html"
        icon = "list-ul"
        group = PRACTICE
        label = _("Quiz")
        description = _("A quiz of this course. The lesson is complete when it is done.")
