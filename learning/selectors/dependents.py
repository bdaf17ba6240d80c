"""What keeps pages from being deleted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import PROTECT, Field, Model, QuerySet
from wagtail.models import Page

from learning.models import CoursePage, LessonPage, ModulePage


@dataclass(frozen=True)
class Dependents:
    """Rows of one kind that would lose their page."""

    label: str
    count: int


def get_dependents(pages: QuerySet[Page]) -> list[Dependents]:
    """Rows of any app that protect one of these pages, by kind. One query per kind."""
    ids = list(pages.values_list("pk", flat=True))
    counts: dict[str, int] = {}
    for model, field in _protecting_fields():
        label = str(model._meta.verbose_name_plural)
        found = model._base_manager.filter(**{f"{field.name}__in": ids}).count()
        counts[label] = counts.get(label, 0) + found
    return [Dependents(label, count) for label, count in counts.items() if count]


def _protecting_fields() -> Iterator[tuple[type[Model], Field[Any, Any]]]:
    """Also those without a name on this side, which most rows about learners are."""
    seen: set[tuple[type[Model], Field[Any, Any]]] = set()
    for kind in (Page, CoursePage, ModulePage, LessonPage):
        for relation in kind._meta.get_fields(include_hidden=True):
            if getattr(relation, "on_delete", None) is PROTECT and relation.auto_created:
                seen.add((relation.related_model, relation.field))
    yield from seen
