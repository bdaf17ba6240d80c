"""What higher apps add to people, in `AppConfig.ready()`."""

from collections.abc import Callable
from typing import Any

from core.registries import Registry

Guard = Callable[[Any], None]

leaving_guards: Registry[Guard] = Registry("leaving guards")
"""Asked about a person before they lose their role or are deactivated; `Conflict` refuses it."""
