"""What a lesson is made of. Each module of this package is one kind of block."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from wagtail.blocks import StreamBlock

from learning.blocks.registration import build_lesson_blocks

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


class LessonBody(StreamBlock):
    """The blocks of a lesson: every block that a module of this package registers."""

    def __init__(self, local_blocks: Any = None, **kwargs: Any) -> None:
        super().__init__(local_blocks or build_lesson_blocks(), **kwargs)
