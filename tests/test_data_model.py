"""`docs/data-model.md` shows the tables that there are."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command


def test_document_of_the_data_model_is_up_to_date(tmp_path: Path) -> None:
    written = tmp_path / "data-model.md"
    call_command("data_model", output=written)
    document = Path(settings.BASE_DIR, "docs/data-model.md")
    is_same = document.read_text(encoding="utf-8") == written.read_text(encoding="utf-8")
    assert is_same, "run manage.py data_model"


def test_diagram_shows_keys_inheritance_and_relations_between_apps(tmp_path: Path) -> None:
    written = tmp_path / "data-model.md"
    call_command("data_model", output=written)
    lines = {line.strip() for line in written.read_text(encoding="utf-8").splitlines()}
    assert {
        "## learning",
        "User student FK, UK",
        "Slug slug UK",
        "Page page_ptr PK, FK",
        'Enrollment }o--|| "accounts.User" : student',
        "LessonCompletion }o--|| Enrollment : enrollment",
        'Quiz |o--|| "learning.Activity" : activity_ptr',
        'User }o--o{ "auth.Group" : groups',
    } <= lines
