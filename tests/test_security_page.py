"""docs/security.md names tests that exist."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.conf import settings

PAGE = settings.BASE_DIR / "docs" / "security.md"
FOLDER = re.compile(r"tests \(`([\w/]+)`\)")
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def named_tests() -> Iterator[tuple[str, str]]:
    """File and name of each test on the page, whose table may name their folder."""
    folder = ""
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            folder = ""
        if match := FOLDER.search(line):
            folder = match[1]
        for file, name in NAMED.findall(line):
            yield (file if "/" in file else folder + file), name


@pytest.mark.parametrize(("file", "name"), sorted(set(named_tests())))
def test_named_test_exists(file: str, name: str) -> None:
    tree = ast.parse((settings.BASE_DIR / file).read_text())

    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
