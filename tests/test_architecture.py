"""The shape of the house, where import-linter and ruff can't see it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from wagtail.blocks import Block

from learning.models import LessonPage
from site_config.celery import app as celery_app

ROOT = Path(settings.BASE_DIR)
APPS = ["core", "accounts", "learning", "assessments", "notifications", "home", "site_config"]
ENV = Path("site_config/env.py")
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "misc"}
LONGEST_FUNCTION = 40
LONGEST_FILE = 600
LONGEST_TEST_FILE = 700


def is_test(path: Path) -> bool:
    return "tests" in path.parts or path.name == "conftest.py"


def source_files() -> list[Path]:
    """Our Python files relative to the root, without migrations."""
    found = [path for app in [*APPS, "tests"] for path in (ROOT / app).rglob("*.py")]
    files = [path.relative_to(ROOT) for path in [*found, *ROOT.glob("*.py")]]
    return sorted(path for path in files if "migrations" not in path.parts)


def syntax(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def lesson_blocks() -> list[Block]:
    """Each block that a teacher may put into a lesson."""
    return list(LessonPage.body.field.stream_block.child_blocks.values())


def read_variables() -> set[str]:
    """The names that `site_config/env.py` asks the environment for."""
    calls = [node for node in ast.walk(syntax(ENV)) if isinstance(node, ast.Call)]
    read = [call for call in calls if re.fullmatch(r"_env\.\w+", ast.unparse(call.func))]
    return {
        ast.literal_eval(call.args[0]) for call in read if isinstance(call.args[0], ast.Constant)
    }


def task_decorators(path: Path) -> Iterator[tuple[str, ast.expr]]:
    """Each function of a file that Celery's decorators make a task, with the decorator."""
    functions = [node for node in ast.walk(syntax(path)) if isinstance(node, ast.FunctionDef)]
    for node in functions:
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if ast.unparse(called).split(".")[-1] in {"shared_task", "task"}:
                yield f"{path}:{node.name}", decorator


def test_every_variable_read_is_described_in_the_example() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert read_variables() == set(re.findall(r"^#?([A-Z][A-Z0-9_]*)=", text, flags=re.MULTILINE))


def test_only_env_reads_the_environment() -> None:
    readers = re.compile(r"os\.environ\[|os\.environ\.get\(|os\.getenv\(")
    offenders = [
        str(path)
        for path in source_files()
        if path != ENV and not is_test(path)
        if readers.search((ROOT / path).read_text(encoding="utf-8"))
    ]
    assert offenders == []


def test_no_function_is_too_long() -> None:
    offenders = [
        f"{path}:{node.lineno} {node.name}"
        for path in source_files()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert offenders == []


def test_no_file_is_too_long() -> None:
    lengths = {
        path: len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in source_files()
    }
    offenders = {
        str(path): lines
        for path, lines in lengths.items()
        if lines > (LONGEST_TEST_FILE if is_test(path) else LONGEST_FILE)
    }
    assert offenders == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    parts = {path: {*path.parts[:-1], path.stem} for path in source_files()}
    assert [str(path) for path in parts if parts[path] & NAMES_THAT_SAY_NOTHING] == []


def test_every_task_has_an_explicit_name() -> None:
    tasks = [task for path in source_files() for task in task_decorators(path)]
    assert tasks
    unnamed = [
        where
        for where, decorator in tasks
        if not isinstance(decorator, ast.Call)
        or "name" not in {keyword.arg for keyword in decorator.keywords}
    ]
    assert unnamed == []


def test_every_periodic_task_is_registered() -> None:
    celery_app.loader.import_default_modules()
    periodic = {str(row["task"]) for row in settings.PERIODIC_TASKS}
    assert periodic
    assert periodic - set(celery_app.tasks) == set()


def test_every_periodic_task_has_an_interval() -> None:
    intervals = [row["every"] for row in settings.PERIODIC_TASKS]
    assert all(isinstance(every, int) and every > 0 for every in intervals)


@pytest.mark.parametrize("block", lesson_blocks(), ids=lambda block: block.name)
def test_lesson_block_has_a_template_of_its_name(block: Block) -> None:
    template = f"learning/blocks/{block.name}.html"
    assert block.meta.template == template
    assert get_template(template)


@pytest.mark.parametrize("block", lesson_blocks(), ids=lambda block: block.name)
def test_lesson_block_is_described_and_previewed_in_the_picker(block: Block) -> None:
    assert block.meta.description
    assert block.meta.icon
    assert block.meta.group
    assert block.is_previewable


def test_every_lesson_block_template_has_its_block() -> None:
    folder = ROOT / "templates" / "learning" / "blocks"
    names = {block.name for block in lesson_blocks()}
    assert {path.stem for path in folder.glob("*.html")} == names


def test_numbers_are_formatted_in_one_module() -> None:
    other_ways = re.compile(r"floatformat|intcomma|number_format|\.normalize\(\)")
    sources = [path for path in source_files() if not is_test(path)]
    templates = [path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*.html")]
    found = {
        str(path)
        for path in [*sources, *templates]
        if other_ways.search((ROOT / path).read_text(encoding="utf-8"))
    }
    assert found == {"core/numbers.py"}


def test_registries_are_changed_in_public_ways_only() -> None:
    """Tests, too: what they register stands inside `with registry.restored():`."""
    own = {
        Path("core/registries.py"),
        Path("core/page_cache.py"),
        Path("tests/test_architecture.py"),
    }
    inside = re.compile(r"\._values\b")
    files = set(source_files()) - own
    assert [str(f) for f in sorted(files) if inside.search((ROOT / f).read_text("utf-8"))] == []


DATE_COLUMNS = {"opens_at", "due_at", "closes_at"}
MAY_READ_DATES = ("models", "querysets.py", "forms", "modeladmin", "demo", "seed.py")
"""Where dates are stored, filtered, edited and listed for authors, and made up for samples."""
CALCULATES_DATES = Path("learning/schedule.py")


def find_date_columns(tree: ast.AST) -> set[str]:
    """The date columns of activities that the code names: as an attribute, a filter or a text."""
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.arg or "" for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    names |= {text for text in constants if isinstance(text, str) and " " not in text}
    return {name for name in names if DATE_COLUMNS & set(re.split("__|-", name))}


@pytest.mark.parametrize(
    "line",
    [
        "quiz.due_at",
        "rows.filter(closes_at__lt=now)",
        "Coalesce('due_at', 'x')",
        "F('a__opens_at')",
    ],
)
def test_reading_of_a_date_column_is_found(line: str) -> None:
    assert find_date_columns(ast.parse(line))


def test_dates_of_activities_are_asked_of_the_window() -> None:
    found = {
        str(path): columns
        for path in source_files()
        if not is_test(path)
        and path != CALCULATES_DATES
        and not set(path.parts) & {*MAY_READ_DATES}
        if (columns := find_date_columns(syntax(path)))
    }
    assert found == {}


def test_no_template_reads_a_date_column() -> None:
    columns = re.compile(rf"\b({'|'.join(DATE_COLUMNS)})\b")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if columns.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


CONTINUES = Path("learning/selectors/continuation.py")
KEEPS_THE_PLACE = {Path("learning/services/enrollment.py"), Path("learning/models/enrollment.py")}


def test_where_a_student_continues_is_decided_in_one_function() -> None:
    """Nothing else reads where a student was last; templates ask only whether they began."""
    readers, definitions = set(), []
    for path in source_files():
        if is_test(path) or path in KEEPS_THE_PLACE:
            continue
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.Attribute) and node.attr in {"last_lesson", "last_lesson_id"}:
                readers.add(path)
            if isinstance(node, ast.FunctionDef) and "continue" in node.name.split("_"):
                definitions.append(node.name)
    assert readers == {CONTINUES}
    assert definitions == ["find_continue_lessons"]


DECIDES_ACCESS = {Path("learning/access.py"), Path("learning/release_rules.py")}


def test_who_may_open_what_is_decided_in_one_place() -> None:
    """Nothing else asks a release rule, and no predicate answers beside `learning.access`."""
    names = re.compile(r"\brelease_rules\.values\(\)|def can_(view|open|read|download)_")
    allowed = {Path("assessments/permissions.py")}  # who may see an attempt, a submission, a key
    found = {
        path
        for path in source_files()
        if not is_test(path) and path not in DECIDES_ACCESS | allowed
        if names.search((ROOT / path).read_text(encoding="utf-8"))
    }
    assert found == set()
