from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Field, Model, UniqueConstraint

DOCUMENT = Path(settings.BASE_DIR, "docs/data-model.md")
INTRODUCTION = """# Data model

Written by `manage.py data_model`: change the models, not this page. Of each table it shows the
primary key (PK), what points to other tables (FK) and what is unique, alone or together with
others (UK). Tables of other apps carry their app's name.
"""
ENDS = {
    # (one row at most on this side, may be empty): how Mermaid draws the relation.
    (False, False): "}o--||",
    (False, True): "}o--o|",
    (True, False): "|o--||",
    (True, True): "|o--o|",
}


class Command(BaseCommand):
    help = "Writes the data model of the academy's own apps as Mermaid diagrams."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, default=DOCUMENT, help="The file to write.")

    def handle(self, *args: Any, **options: Any) -> None:
        own = [app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
        parts = [INTRODUCTION, *(_draw_app(app) for app in own if any(app.get_models()))]
        options["output"].write_text("\n".join(parts), encoding="utf-8")


def _draw_app(app: AppConfig) -> str:
    models = sorted(app.get_models(), key=lambda model: model.__name__)
    lines = [line for model in models for line in (*_draw_table(model), *_draw_relations(model))]
    return "\n".join([f"## {app.label}", "", "```mermaid", "erDiagram", *lines, "```", ""])


def _draw_table(model: type[Model]) -> Iterator[str]:
    yield f"    {model.__name__} {{"
    unique = _list_unique(model)
    for field in model._meta.local_concrete_fields:
        keys = {"PK": field.primary_key, "FK": field.is_relation, "UK": field.name in unique}
        if named := ", ".join(key for key, holds in keys.items() if holds):
            target = field.related_model.__name__ if field.is_relation else ""
            kind = target or field.get_internal_type().removesuffix("Field")
            yield f"        {kind} {field.name} {named}"
    yield "    }"


def _draw_relations(model: type[Model]) -> Iterator[str]:
    for field in model._meta.local_concrete_fields:
        if field.is_relation:
            ends = ENDS[field.unique, field.null]
            yield f"    {model.__name__} {ends} {_name_target(field)} : {field.name}"
    for many in model._meta.local_many_to_many:
        yield f"    {model.__name__} }}o--o{{ {_name_target(many)} : {many.name}"


def _list_unique(model: type[Model]) -> set[str]:
    """The fields that are unique, but the primary key, which says it already."""
    together = [c.fields for c in model._meta.constraints if isinstance(c, UniqueConstraint)]
    alone = [f.name for f in model._meta.local_fields if f.unique and not f.primary_key]
    return {*alone, *(name for names in together for name in names)}


def _name_target(field: Field) -> str:
    target = field.related_model
    own = target._meta.app_label == field.model._meta.app_label
    return target.__name__ if own else f'"{target._meta.label}"'
