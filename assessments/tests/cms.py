"""What the forms of the CMS post, and people who may open it."""

from collections.abc import Iterable
from typing import Any

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from accounts.models import Role, User
from accounts.roles import sync_roles
from assessments.modeladmin.panels import FORMATTING
from assessments.models import Question
from assessments.question_types import question_types
from assessments.tests.factories import make_user

FOUR = [("Leaf", True), ("Root", False), ("Stem", False), ("Bark", False)]

Data = dict[str, Any]


def make_author(role: str = Role.TEACHER, **fields: Any) -> User:
    """Somebody with the rights of their role, as after signing in."""
    user = make_user(role, **fields)
    sync_roles()
    return user


def question_data(**fields: Any) -> Data:
    """One new question of a quiz's form. `options`: pairs of text and whether it is right."""
    options = fields.pop("options", FOUR)
    row = {"id": "", **_row_fields(fields)}
    data = {"text": "Where?", "kind": "single", "points": "1", "explanation": "", **fields}
    return {**row, "question": {"definition": options_data(data["kind"], options), **data}}


def bank_data(question: Question, **fields: Any) -> Data:
    """A question as its own form shows it, with changes."""
    options = [(row["text"], row["is_correct"]) for row in question.definition["options"]]
    data = {
        "text": question.text,
        "kind": question.kind,
        "points": str(question.points),
        "explanation": question.explanation,
        "definition": options_data(question.kind, options),
    }
    return {**data, **fields}


def stored_question_data(question: Question, **fields: Any) -> Data:
    """The place of a question in its quiz as the quiz's form shows it, with changes."""
    row = {"id": str(question.slots.get().pk), **_row_fields(fields)}
    return {**row, "question": bank_data(question, **fields)}


def _row_fields(fields: Data) -> Data:
    """What belongs to the place and not to its question."""
    return {name: fields.pop(name) for name in ("ORDER", "DELETE") if name in fields}


def quiz_data(course_id: int | str, questions: list[Data], **fields: Any) -> Data:
    initial = sum(bool(question["id"]) for question in questions)
    data = {
        "title": "Water",
        "course": str(course_id),
        "introduction": rich_text("<p>Read it.</p>", features=FORMATTING),
        "slots": inline_formset(questions, initial=initial),
        "time_limit": "",
        "max_attempts": "1",
        "pass_mark": "50",
        "completion": "submitted",
        "opens_at": "",
        "closes_at": "",
        "shuffle_options": "on",
    }
    return nested_form_data({**data, **fields})


def assignment_data(course_id: int | str, **fields: Any) -> Data:
    data = {
        "title": "Essay",
        "course": str(course_id),
        "instructions": rich_text("<p>Write.</p>", features=FORMATTING),
        "opens_at": "",
        "due_at": "",
        "closes_at": "",
        "max_points": "100",
        "max_tries": "",
        "accepts_text": "on",
        "accepts_files": "on",
        "completion": "submitted",
    }
    return {**data, **fields}


def options_data(kind: str, options: Iterable[tuple[str, bool]]) -> Data:
    """The options of a question as the form of its type posts them."""
    rows = {
        str(place): {
            "value": {"text": text} | ({"is_correct": "on"} if right else {}),
            "id": "",
            "order": str(place),
            "deleted": "",
        }
        for place, (text, right) in enumerate(options)
    }
    return {question_types[kind].author_form: {"options": {"count": str(len(rows)), **rows}}}
