"""Only a type of question knows its key: everything else asks `assessments.question_types`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assessments.question_types import question_types
from tests.test_architecture import ROOT, is_test, source_files, syntax

KEYS = set(question_types)
SAMPLES = ("home/services/demo/", "home/services/seed.py")
"""What writes the demo academy and load data: it makes questions of each type."""


def files_outside_the_types() -> list[Path]:
    own = ("assessments/question_types/", *SAMPLES)
    return [path for path in source_files() if not is_test(path) and not str(path).startswith(own)]


def names_a_type(node: ast.AST | None) -> bool:
    match node:
        case ast.Constant(value=str(value)):
            return value in KEYS
        case ast.Tuple(elts=members) | ast.List(elts=members) | ast.Set(elts=members):
            return any(names_a_type(member) for member in members)
        case _:
            return False


def decides(node: ast.AST) -> bool:
    """Compares with a type's key, or uses it as a key or a value to look for."""
    match node:
        case ast.Compare(left=left, comparators=others):
            return any(names_a_type(one) for one in [left, *others])
        case ast.Dict(keys=keys):
            return any(names_a_type(key) for key in keys)
        case ast.Subscript(value=ast.Name(id="question_types"), slice=key):
            return names_a_type(key)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="question_types")), args=[key, *_]):
            return names_a_type(key)
        case ast.keyword(arg=str(name), value=value):
            return "kind" in re.split("_+", name) and names_a_type(value)
        case ast.MatchValue(value=value):
            return names_a_type(value)
        case _:
            return False


def find_decisions(tree: ast.AST) -> Iterator[str]:
    return (ast.unparse(node) for node in ast.walk(tree) if decides(node))


@pytest.mark.parametrize(
    "line",
    [
        "question.kind == 'single'",
        "'multiple' != version.kind",
        "kind in ('single', 'true_false')",
        "question_types['single']",
        "question_types.get('multiple')",
        "Question.objects.filter(kind='single')",
        "Answer.objects.filter(item__version__kind__in=['multiple'])",
        "{'single': mark, 'multiple': mark_many}",
        "match kind:\n    case 'single': pass",
    ],
)
def test_decision_by_type_is_found(line: str) -> None:
    assert list(find_decisions(ast.parse(line)))


@pytest.mark.parametrize(
    "line", ["question_types[question.kind]", "forms.FileInput(attrs={'class': 'single'})"]
)
def test_what_knows_no_type_is_allowed(line: str) -> None:
    assert list(find_decisions(ast.parse(line))) == []


def test_nothing_decides_by_the_type_of_a_question() -> None:
    offenders = [
        f"{path}: {decision}"
        for path in files_outside_the_types()
        for decision in find_decisions(syntax(path))
    ]
    assert offenders == []


def test_no_template_or_script_names_a_type() -> None:
    own = ROOT / "templates/assessments/question_types"
    keys = "|".join(re.escape(key) for key in sorted(KEYS))
    decision = re.compile(rf"==\s*[\"'](?:{keys})[\"']")
    assert decision.search('{% if question.kind == "single" %}')
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static/js").glob("*.js")]
    offenders = [
        str(path.relative_to(ROOT))
        for path in files
        if own not in path.parents and decision.search(path.read_text(encoding="utf-8"))
    ]
    assert offenders == []


def test_database_lists_no_types() -> None:
    migration = (ROOT / "assessments/migrations/0001_initial.py").read_text(encoding="utf-8")
    assert not re.search("|".join(f"'{key}'" for key in sorted(KEYS)), migration)
