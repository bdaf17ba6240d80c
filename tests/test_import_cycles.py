"""Modules of one app import each other in one direction: whoever reads one can stop at some point.

Between apps import-linter shows it. Imports inside functions and for types alone don't count.
"""

import ast
from collections.abc import Collection, Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ["core", "accounts", "learning", "assessments", "notifications", "home", "site_config"]


def read_modules(app: str) -> dict[str, ast.Module]:
    """The modules of an app by their dotted names, without migrations and tests."""
    modules = {}
    for path in sorted((ROOT / app).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if not {"migrations", "tests"} & set(parts):
            name = ".".join(parts).removesuffix(".__init__")
            modules[name] = ast.parse(path.read_text(encoding="utf-8"))
    return modules


def run_on_import(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """What runs when a module is imported, at any depth but inside functions."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from run_on_import(node.orelse)
            continue
        yield node
        yield from run_on_import(ast.iter_child_nodes(node))


def list_imports(tree: ast.Module, known: Collection[str]) -> set[str]:
    """The known modules that this one imports. A name of a package may be a module of it."""
    found = set()
    for node in run_on_import(tree.body):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            submodules = {name for name in names if name in known}
            found |= submodules
            if len(submodules) < len(names):
                found.add(node.module)
    return found & set(known)


def find_cycle(modules: dict[str, ast.Module]) -> list[str]:
    """The names of modules each of which imports the one before; the first is the last again."""
    graph = {name: list_imports(tree, modules) - {name} for name, tree in modules.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("app", APPS)
def test_modules_of_an_app_do_not_import_each_other_in_a_circle(app: str) -> None:
    assert find_cycle(read_modules(app)) == []


@pytest.mark.parametrize(
    ("first", "second", "is_cycle"),
    [
        ("import b", "import a", True),
        ("from b import x", "if 1:\n  from a import y", True),
        ("from p import b", "class B:\n  from a import y", True),
        ("from b import x", "def f():\n  from a import y", False),
        ("from b import x", "if TYPE_CHECKING:\n  from a import y", False),
        ("from b import x", "import os", False),
    ],
)
def test_circle_is_found_where_modules_are_imported_at_once(
    first: str, second: str, *, is_cycle: bool
) -> None:
    name = "p.b" if "p" in first.split() else "b"
    modules = {"a": ast.parse(first), name: ast.parse(second), "p": ast.parse("")}
    assert bool(find_cycle(modules)) is is_cycle
