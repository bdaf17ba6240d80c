from django.utils.translation import gettext_lazy as _

from learning.blocks.activities import ActivityChooserBlock
from learning.blocks.registration import PRACTICE, lesson_block
from learning.registries import ActivityState


@lesson_block("assignment", position=120)
class AssignmentBlock(ActivityChooserBlock):
    """An assignment of the course. The lesson is complete when it is done by its rule."""

    target_model = "assessments.Assignment"
    chooser = "assessments.wagtail_hooks.assignment_chooser_viewset"
    sample = ActivityState(title="Draw what you saw", url="", note="Due on Friday", done=False)

    class Meta:
        template = "learning/blocks/assignment.html"
        icon = "edit"
        group = PRACTICE
        label = _("Assignment")
        description = _("Work that is handed in and looked at by a teacher.")
