"""A quiz, an assignment or any other activity in a lesson.

Kinds of activity belong to higher layers: the model and its chooser are named by strings.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from secrets import token_hex
from typing import Any

from django.apps import apps
from django.forms import Widget
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from learning.blocks.registration import PRACTICE, SampleMixin, lesson_block
from learning.registries import ActivityPlace, ActivityState

CHOOSER = "learning.choosers.activity_chooser_viewset"


@dataclass
class Collector:
    """The activities of one body. In its HTML each is a mark: `<mark>:<index>;`."""

    mark: str = field(default_factory=lambda: token_hex(8))
    places: list[ActivityPlace] = field(default_factory=list)

    def add(self, place: ActivityPlace) -> str:
        self.places.append(place)
        return f"{self.mark}:{len(self.places) - 1};"


_collector: ContextVar[Collector | None] = ContextVar("collector", default=None)


@contextmanager
def collect_activities() -> Iterator[Collector]:
    """While it is open, activities are drawn as marks, at any depth of a body.

    The caller puts each reader's own state there, so that the HTML around it can be cached. A mark
    is random: no text can forge it.
    """
    token = _collector.set(collector := Collector())
    try:
        yield collector
    finally:
        _collector.reset(token)


class ActivityChooserBlock(blocks.ChooserBlock):
    """One activity of any kind."""

    @cached_property
    def target_model(self) -> Any:
        return apps.get_model("learning.Activity")

    @cached_property
    def widget(self) -> Widget:
        return import_string(CHOOSER).widget_class()


@lesson_block("activity", position=110)
class ActivityBlock(SampleMixin, blocks.StructBlock):
    """An activity of the course. The lesson is complete when it is done by its rule."""

    activity = ActivityChooserBlock(label=_("Activity"))
    display = blocks.ChoiceBlock(
        label=_("Shown as"),
        choices=[("card", _("A box with its state")), ("link", _("A line with a link"))],
        default="card",
    )

    def render(self, value: Any, context: Any = None) -> SafeString | str:
        """In a lesson a mark, see `collect_activities`. Alone, as in the editor, its title."""
        collector, activity = _collector.get(), value.get("activity")
        if collector is None:
            return super().render(value, context)
        if activity is None:
            return ""
        display = value.get("display") or "card"
        return collector.add(ActivityPlace(activity.pk, activity.kind, activity.course_id, display))

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        activity = value.get("activity")
        sample = ActivityState(title="Check: water", url="", note="10 questions", done=False)
        state = ActivityState(title=str(activity), url="", note="", done=False)
        return {
            **context,
            "activity": state if activity else sample,
            "display": value.get("display") or "card",
        }

    class Meta:
        template = "learning/blocks/activity.html"
        icon = "tasks"
        group = PRACTICE
        label = _("Activity")
        description = _("A quiz, an assignment … The lesson is complete when it is done.")
        preview_value = {"activity": None, "display": "card"}


def replace_activities(
    block: blocks.Block | None, stored: Any, replacements: Mapping[int, int]
) -> Any:
    """The stored value of a block, with other activities in the place of some, at any depth.

    `stored` is plain JSON, as the column and the revisions hold it. Everything else stays as it is,
    also the values of blocks that are not defined any more: their `block` is None.
    """
    if isinstance(block, ActivityChooserBlock):
        return replacements.get(stored, stored)
    if isinstance(block, blocks.StructBlock) and stored:
        return {
            name: replace_activities(block.child_blocks.get(name), value, replacements)
            for name, value in stored.items()
        }
    if isinstance(block, blocks.ListBlock | blocks.StreamBlock) and stored:
        is_list = isinstance(block, blocks.ListBlock)
        known = {"item": block.child_block} if is_list else block.child_blocks
        return [
            {
                **child,
                "value": replace_activities(known.get(child["type"]), child["value"], replacements),
            }
            for child in stored
        ]
    return stored
