"""Reads the demo courses from the TOML files beside it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COURSES = Path(__file__).parent / "courses"


@dataclass(frozen=True)
class DemoCourse:
    """`facts` is the course's own file; `modules` are its chapters in order, as written."""

    facts: dict[str, Any]
    modules: list[dict[str, Any]]

    @property
    def slug(self) -> str:
        return str(self.facts["slug"])


def read_courses() -> list[DemoCourse]:
    """Every demo course, by folder name."""
    return [
        DemoCourse(
            facts=_load(folder / "course.toml"),
            modules=[_load(chapter) for chapter in sorted(folder.glob("[0-9]*.toml"))],
        )
        for folder in sorted(COURSES.iterdir())
        if folder.is_dir()
    ]


def _load(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
