"""The release is part of every key under which a cache holds objects."""

from pathlib import Path

import pytest
from django.conf import settings

from site_config.release import get_release
from site_config.settings.base import CACHES


def test_release_when_code_a_template_or_a_package_changes_is_another(tmp_path: Path) -> None:
    sources = ["app/__init__.py", "app/models.py", "templates/app/page.html", "constraints.txt"]
    for name in [*sources, "app/tests/test_models.py"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("before")
    releases = [get_release(tmp_path)]
    for name in sources:
        (tmp_path / name).write_text("after")
        releases.append(get_release(tmp_path))
    assert len(set(releases)) == len(releases)
    (tmp_path / "app/tests/test_models.py").write_text("after")
    assert get_release(tmp_path) == releases[-1]


@pytest.mark.parametrize("name", ["pages", "renditions"])
def test_every_key_that_holds_objects_names_the_release(name: str) -> None:
    assert CACHES[name]["KEY_PREFIX"].endswith(f"{name}:{settings.RELEASE}")
