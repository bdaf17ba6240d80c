"""What the forms of the CMS post, and people who may open it."""

from typing import Any

from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from accounts.models import Role, User
from accounts.roles import sync_roles
from assessments.modeladmin.work import FORMATTING
from assessments.models import Question
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
    data = {"text": "Where?", "kind": "single", "points": "1", "explanation": "", "id": ""}
    return {**data, **fields, "choices": inline_formset([_option(*pair) for pair in options])}


def stored_question_data(question: Question, **fields: Any) -> Data:
    """A question as the form shows it, with changes."""
    choices = list(question.choices.all())
    rows = [{**_option(row.text, row.is_correct), "id": str(row.pk)} for row in choices]
    data = {
        "text": question.text,
        "kind": question.kind,
        "points": str(question.points),
        "explanation": question.explanation,
        "id": str(question.pk),
        "choices": inline_formset(rows, initial=len(rows)),
    }
    return {**data, **fields}


def quiz_data(course_id: int | str, questions: list[Data], **fields: Any) -> Data:
    initial = sum(bool(question["id"]) for question in questions)
    data = {
        "title": "Water",
        "course": str(course_id),
        "introduction": rich_text("<p>Read it.</p>", features=FORMATTING),
        "questions": inline_formset(questions, initial=initial),
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


def _option(text: str, right: bool) -> Data:
    row = {"text": text, "id": ""}
    return {**row, "is_correct": "on"} if right else row
