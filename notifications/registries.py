"""Kinds of notification. Each app adds its own in `AppConfig.ready()`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core.registries import Registry
from learning.models import Enrollment


@dataclass(frozen=True)
class Kind:
    """A kind of event that people are told of.

    `sentence` is translatable and is filled from the event's context, e.g.
    `_("New lesson in %(course)s: %(title)s")`. `icon` names a heroicon. `email` says whether it is
    also sent by mail.
    """

    key: str
    sentence: str | Promise
    icon: str
    email: bool = False

    def get_sentence(self, context: Mapping[str, Any]) -> str | Promise:
        """Overridden where the sentence depends on what happened."""
        return self.sentence

    def get_readers(self, course_id: int, context: Mapping[str, Any]) -> QuerySet[Enrollment]:
        """Who of a class is told: the students who read the course when the job runs."""
        return Enrollment.objects.reading().filter(course=course_id)

    def get_icon(self, context: Mapping[str, Any]) -> str:
        return self.icon

    def describe(self, context: Mapping[str, Any]) -> str:
        """The sentence in the reader's language; what the context lacks stays empty."""
        return str(self.get_sentence(context)) % _Forgiving(context)

    def show(self, context: Mapping[str, Any]) -> SafeString:
        """The sentence for a page: titles keep their own direction of writing."""
        shown = {name: format_html("<bdi>{}</bdi>", word) for name, word in context.items()}
        return mark_safe(escape(self.get_sentence(context)) % _Forgiving(shown))  # noqa: S308 - all escaped


class _Forgiving(dict[str, Any]):
    """An old event may lack a word that a newer sentence uses."""

    def __missing__(self, key: str) -> str:
        return ""


kinds: Registry[Kind] = Registry("notification kinds")
