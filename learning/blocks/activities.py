"""Work inside a lesson: the base of the blocks that place a quiz or an assignment.

What is placed belongs to a floor above, so it is named by strings and found when it is needed.
"""

from functools import cached_property
from typing import Any, ClassVar

from django.forms import Widget
from django.utils.module_loading import import_string
from wagtail.blocks import ChooserBlock

from learning.blocks.registration import SampleMixin
from learning.registries import ActivityState


class ActivityChooserBlock(SampleMixin, ChooserBlock):
    """Places one piece of work. Its key among the blocks is its key among the activity types.

    `target_model` names the model, `chooser` the dotted path of its chooser viewset.
    """

    target_model: ClassVar[str]
    chooser: ClassVar[str]
    sample: ClassVar[ActivityState]

    @cached_property
    def widget(self) -> Widget:
        return import_string(self.chooser).widget_class()

    def get_preview_value(self) -> None:
        """Nothing is chosen: the preview shows the sample."""

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Alone, as in the picker's preview, a block knows nobody's state: it shows its title."""
        context = super().get_context(value, parent_context=parent_context)
        state = ActivityState(title=str(value), url="", note="", done=False)
        return {**context, "activity": state if value else self.sample}
