"""Only a kind of activity knows its kind: everything else asks `learning.registries`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from learning.models import Activity
from learning.registries import activity_kinds
from tests.test_architecture import ROOT, is_test, source_files, syntax

KEYS = set(activity_kinds)
MODELS = {kind.model for kind in activity_kinds.values()}
CLASSES = {model.__name__ for model in MODELS}
COLUMNS = {field.name for model in MODELS for field in model._meta.local_fields}
RECORDS = {
    relation.related_model.__name__
    for model in MODELS
    for relation in model._meta.related_objects
    if relation.model is model
}
"""What belongs to one kind alone: its slots, attempts, submissions."""
KINDS = {Path("assessments/activity_kinds.py")}
SAMPLES = ("home/services/demo/", "home/services/seed.py")
"""What writes the demo academy and load data: it makes activities of each kind."""


def files_outside_the_kinds() -> list[Path]:
    return [
        path
        for path in source_files()
        if path not in KINDS and not is_test(path) and not str(path).startswith(SAMPLES)
    ]


def parts_of(expression: ast.AST) -> list[ast.AST]:
    """The members of a tuple, list, set or union; else the expression itself."""
    match expression:
        case ast.Tuple(elts=members) | ast.List(elts=members) | ast.Set(elts=members):
            return [part for member in members for part in parts_of(member)]
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return [*parts_of(left), *parts_of(right)]
        case _:
            return [expression]


def classes_in(expression: ast.AST) -> set[str]:
    """The classes of kinds that it names."""
    parts = parts_of(expression)
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    return CLASSES & (names | {part.attr for part in parts if isinstance(part, ast.Attribute)})


def keys_in(expression: ast.AST) -> set[object]:
    """The registered keys of kinds that it spells out."""
    parts = parts_of(expression)
    return KEYS & {part.value for part in parts if isinstance(part, ast.Constant)}


def asks_for_the_kind(call: ast.Call) -> bool:
    match call:
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, classes]):
            return bool(classes_in(classes))
        case ast.Call(func=ast.Name(id="hasattr" | "getattr"), args=[_, ast.Constant(name), *_]):
            return name in COLUMNS | KEYS
        case ast.Call(func=ast.Attribute(value=ast.Name(id="activity_kinds")), args=[key, *_]):
            return bool(keys_in(key))
        case _:
            return any(is_key_of_kind(keyword) for keyword in call.keywords)


def is_key_of_kind(keyword: ast.keyword) -> bool:
    """`kind="quiz"`, `activity__kind__in=["quiz"]`."""
    return "kind" in re.split("_+", keyword.arg or "") and bool(keys_in(keyword.value))


def compares_kinds(compare: ast.Compare) -> bool:
    operands = [compare.left, *compare.comparators]
    if all(is_call_of_type(one) for one in operands):
        return True
    return any(classes_in(one) or keys_in(one) for one in operands)


def is_call_of_type(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="type"), args=[_]):
            return True
        case _:
            return False


def is_dictionary_of_kinds(node: ast.Dict) -> bool:
    """By class, or by more than one key: a template's context may well hold "quiz"."""
    keys = ast.Tuple(elts=[key for key in node.keys if key is not None], ctx=ast.Load())
    return bool(classes_in(keys)) or len(keys_in(keys)) > 1


def is_switch(node: ast.AST) -> bool:
    """Whether this decides something by the kind of an activity."""
    match node:
        case ast.Call():
            return asks_for_the_kind(node)
        case ast.Compare():
            return compares_kinds(node)
        case ast.Dict():
            return is_dictionary_of_kinds(node)
        case ast.Subscript(value=ast.Name(id="activity_kinds"), slice=key):
            return bool(keys_in(key))
        case ast.Subscript(slice=key):
            return is_call_of_type(key)
        case ast.MatchClass(cls=value):
            return bool(classes_in(value))
        case ast.MatchValue(value=value):
            return bool(keys_in(value))
        case ast.BinOp() | ast.Tuple() | ast.List() | ast.Set():
            return len(classes_in(node)) > 1
        case _:
            return False


def find_switches(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if is_switch(node):
            yield ast.unparse(node)


@pytest.mark.parametrize(
    "line",
    [
        "isinstance(work, Quiz)",
        "isinstance(work, models.Quiz | Page)",
        "issubclass(cls, (Page, Assignment))",
        "type(work) is Quiz",
        "type(work) == type(other)",
        "LABELS[type(work)]",
        "work.__class__ is Assignment",
        "hasattr(work, 'time_limit')",
        "getattr(work, 'quiz', None)",
        "work.kind == 'quiz'",
        "'assignment' != kind",
        "kind in ('quiz', 'poll')",
        "activity_kinds['quiz']",
        "activity_kinds.get('quiz')",
        "Activity.objects.filter(kind='quiz')",
        "Activity.objects.filter(kind__in=['assignment'])",
        "Grade.objects.filter(item__activity__kind='quiz')",
        "{Quiz: 'help', Assignment: 'list'}",
        "{'quiz': 'help', 'assignment': 'list'}",
        "def title(work: Quiz | Assignment): pass",
        "for model in (Quiz, Assignment): pass",
        "match work:\n    case Quiz(): pass",
        "match work.kind:\n    case 'quiz': pass",
    ],
)
def test_decision_by_kind_is_found(line: str) -> None:
    assert list(find_switches(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    [
        "activity_kinds[activity.kind]",
        "isinstance(page, CoursePage)",
        "type(item) is PagesSummaryItem",
        "request.GET.get('quiz') == pk",
        "{'quiz': attempt.quiz, 'course': course}",
        "Attempt.objects.filter(quiz=quiz)",
        "Quiz.objects.get(pk=pk) == quiz",
        "reverse('quiz', args=[pk])",
        "type(error).__name__",
        "getattr(quiz, 'mine', None)",
        "def get_quiz(pk: int) -> Quiz | None: pass",
    ],
)
def test_what_a_kind_does_with_its_own_is_allowed(line: str) -> None:
    assert list(find_switches(ast.parse(line))) == []


def test_nothing_decides_by_the_kind_of_an_activity() -> None:
    offenders = [
        f"{path}: {switch}"
        for path in files_outside_the_kinds()
        for switch in find_switches(syntax(path))
    ]
    assert offenders == []


def test_no_template_decides_by_the_kind_of_an_activity() -> None:
    keys = "|".join(re.escape(key) for key in sorted(KEYS))
    decision = re.compile(rf"{{%\s*(?:el)?if\b[^%]*[\"'](?:{keys})[\"'][^%]*%}}")
    assert decision.search('{% if work.kind == "quiz" %}')
    offenders = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in (ROOT / "templates").rglob("*.html")
        for found in decision.finditer(path.read_text(encoding="utf-8"))
    ]
    assert offenders == []


def test_activity_has_no_accessor_of_a_kind() -> None:
    """`activity.quiz` and `Activity.objects.filter(quiz__…)` don't exist: a kind declares its link
    to the activity with `related_name="+"`.
    """
    relations = Activity._meta.get_fields(include_hidden=True)
    links = [one for one in relations if getattr(one, "parent_link", False)]
    assert {link.related_model for link in links} >= MODELS
    assert [link.related_model for link in links if not link.hidden] == []


def test_layers_above_the_kinds_ask_activities() -> None:
    """Dashboards and notifications import neither a kind's model nor its records."""
    assert {"Attempt", "Submission", "QuizSlot"} <= RECORDS
    above = [
        path for path in files_outside_the_kinds() if path.parts[0] in {"home", "notifications"}
    ]
    offenders = [
        f"{path}: {alias.name}"
        for path in above
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("assessments")
        for alias in node.names
        if alias.name in CLASSES | RECORDS
    ]
    assert offenders == []
