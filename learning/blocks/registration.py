"""How a block comes into the lesson editor: its module registers it, nothing else names it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import Block

from core.registries import Registry

BlockType = TypeVar("BlockType", bound=type[Block])

TEXT = _("Text")
MEDIA = _("Pictures and video")
RESOURCES = _("Files and links")
PRACTICE = _("Practice")

block_types: Registry[tuple[int, type[Block]]] = Registry("lesson blocks")


def lesson_block(key: str, *, position: int) -> Callable[[BlockType], BlockType]:
    """Puts a block class into the lesson editor under `key`, in the order of `position`.

    Its template is `learning/blocks/<key>.html`.
    """

    def register(block_class: BlockType) -> BlockType:
        block_types.register(key, (position, block_class))
        return block_class

    return register


def build_lesson_blocks() -> list[tuple[str, Block]]:
    """A fresh instance of each registered block, in the editor's order."""
    ordered = sorted(block_types.items(), key=lambda item: (item[1][0], item[0]))
    return [(key, block_class()) for key, (_position, block_class) in ordered]


class SampleMixin:
    """For blocks whose preview in the picker shows a sample instead of something stored."""

    def get_preview_context(
        self, value: Any, parent_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return {**(parent_context or {}), "is_sample": True}
