"""Plain words: what `docs/glossary.md` retired is in no name, docstring or document."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_architecture import ROOT, source_files

GLOSSARY = ROOT / "docs" / "glossary.md"
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
VERBS = "is|has|had|was|can|may not|does|writes|reads|waits|came|comes|chooses|enrolls|cannot|stops"
WHO_AS_A_NOUN = re.compile(
    rf"(?:^|[.:;]\s+|\b(?:for|to|of|by|with|from|only)\s+)who\s+(?:{VERBS})\b"
    r"(?! (?:told|meant|asked)\b)[^?]*$",
    re.IGNORECASE,
)


def retired_words() -> set[str]:
    """The words of one piece in the first column of the glossary's second table."""
    table = GLOSSARY.read_text(encoding="utf-8").split("## Retired words")[1]
    rows = re.findall(r"^\| ([a-z_, ]+) \|", table, re.MULTILINE)
    return {word for row in rows for word in row.split(", ")} - {"retired"}


RETIRED = retired_words()


def names_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.keyword(arg=str(name)) | ast.alias(name=name):
                yield name


def texts_in(source: str, tree: ast.AST) -> Iterator[str]:
    """Docstrings, attribute docstrings and comments."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield text
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def find_retired(text: str) -> set[str]:
    """Whole words, also inside snake_case and CamelCase."""
    whole = set(re.findall(r"\w+", text.lower()))
    return RETIRED & (whole | {word.lower() for word in WORD.findall(text)})


@pytest.mark.parametrize(
    "text", ["The gate decides.", "check_gate", "CmsFence", "acts_from", "Is it settled?"]
)
def test_retired_word_is_found(text: str) -> None:
    assert find_retired(text)


@pytest.mark.parametrize("text", ["aggregate", "investigate", "newsletter", "outstanding"])
def test_word_that_only_contains_a_retired_one_is_allowed(text: str) -> None:
    assert not find_retired(text)


def test_code_uses_no_retired_word() -> None:
    offenders = []
    for path in source_files():
        source = (ROOT / path).read_text(encoding="utf-8")
        tree = ast.parse(source)
        if path == Path("tests/test_wording.py"):
            continue
        for text in (*names_in(tree), *texts_in(source, tree)):
            offenders += [f"{path}: {word}: {text[:80]}" for word in find_retired(text)]
    assert sorted(set(offenders)) == []


def test_documents_and_templates_use_no_retired_word() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    documents += (ROOT / "templates").rglob("*.html")
    offenders = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in documents
        if path != GLOSSARY
        for word in find_retired(path.read_text(encoding="utf-8"))
    ]
    assert sorted(offenders) == []


@pytest.mark.parametrize(
    "text",
    [
        "Who has left comes back with everything.",
        "An answer to who has no access.",
        "For who cannot press the button.",
    ],
)
def test_who_as_a_noun_is_found(text: str) -> None:
    assert WHO_AS_A_NOUN.search(text)


@pytest.mark.parametrize(
    "text", ["Who may see this?", "Students who have left", "Meera, who leads one course"]
)
def test_who_after_its_person_is_allowed(text: str) -> None:
    assert not WHO_AS_A_NOUN.search(text)


def test_nobody_is_called_who() -> None:
    offenders = []
    for path in source_files():
        source = (ROOT / path).read_text(encoding="utf-8")
        for text in texts_in(source, ast.parse(source)):
            sentences = re.split(r"(?<=[.?!])\s+", " ".join(text.split()))
            offenders += [f"{path}: {one}" for one in sentences if WHO_AS_A_NOUN.search(one)]
    assert [one for one in offenders if not one.startswith("tests/test_wording.py")] == []
