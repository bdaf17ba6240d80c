"""Rows for tests: a course with people in it, work, and questions with a key that is known."""

import itertools
import json
from collections.abc import Collection, Iterable
from typing import Any
from uuid import uuid4

from wagtail.models import Page

from accounts.models import Role, User
from assessments.models import Assignment, Attempt, Question, Quiz, QuizSlot
from assessments.services.answers import save_answer
from learning.models import (
    CourseIndexPage,
    CoursePage,
    CourseTeam,
    Enrollment,
    LessonPage,
    ModulePage,
    Subject,
)
from learning.services.counts import add_to_counts
from learning.tests.trees import add_page

PASSWORD = "a-long-enough-password"

_numbers = itertools.count(1)


def make_user(role: str = Role.STUDENT, **fields: Any) -> User:
    number = next(_numbers)
    name = fields.pop("username", f"{role}{number}")
    user = User(username=name, email=f"{name}@example.org", role=role, **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


def make_course(**fields: Any) -> CoursePage:
    """A live course. `team`: people who teach it, the first leads; `students`: enrolled."""
    team, students = fields.pop("team", ()), fields.pop("students", ())
    number = next(_numbers)
    index = CourseIndexPage.objects.first() or Page.objects.get(depth=1).add_child(
        instance=CourseIndexPage(title="Courses", slug=f"courses-{number}")
    )
    title = fields.pop("title", f"Course {number}")
    subject, _made = Subject.objects.get_or_create(slug="biology", defaults={"name": "Biology"})
    fields = {"subject": subject, **fields}
    course = CoursePage(title=title, slug=f"course-{number}", summary="About it.", **fields)
    add_page(index, course)
    for place, user in enumerate(team):
        CourseTeam.objects.create(course=course, user=user, role="teacher" if place else "lead")
    for student in students:
        enroll(student, course)
    return course


def enroll(student: User, course: CoursePage, **fields: Any) -> Enrollment:
    enrollment = Enrollment.objects.create(student=student, course=course, **fields)
    add_to_counts(Enrollment.objects.reading().filter(pk=enrollment.pk))
    return enrollment


def make_lesson(course: CoursePage, *work: Quiz | Assignment, **fields: Any) -> LessonPage:
    """A live lesson, in a module of its own, that places this work."""
    number = next(_numbers)
    module = ModulePage(
        title=f"Module {number}", slug=f"module-{number}", live=fields.pop("module_live", True)
    )
    add_page(course, module)
    body = [{"type": "activity", "value": {"activity": one.pk}, "id": str(uuid4())} for one in work]
    lesson = LessonPage(
        title=f"Lesson {number}", slug=f"lesson-{number}", body=json.dumps(body), **fields
    )
    add_page(module, lesson)
    return lesson


def key_of(attempt: Attempt, position: int = 1) -> list[str]:
    """The options that are right for this item."""
    return list(attempt.items.get(position=position).version.key["correct"])


def wrong_of(attempt: Attempt, position: int = 1) -> list[str]:
    """One option that is not right for this item."""
    version = attempt.items.get(position=position).version
    ids = [option["id"] for option in version.content["options"]]
    return [next(one for one in ids if one not in version.key["correct"])]


def answer_all(attempt: Attempt, *, right: int) -> None:
    """Saves an answer to each question: the first `right` ones are right."""
    for position in range(1, attempt.items.count() + 1):
        choice = key_of(attempt, position) if position <= right else wrong_of(attempt, position)
        save_answer(attempt=attempt, position=position, response={"choice": choice})


def options_of(texts: Iterable[str], correct: Collection[int] = (0,)) -> dict[str, Any]:
    """The definition of a question with options. `correct`: the places of the right ones."""
    options = [{"text": text, "is_correct": place in correct} for place, text in enumerate(texts)]
    return {"options": options}


def make_question(quiz: Quiz, *, correct: tuple[int, ...] = (0,), **fields: Any) -> Question:
    """A question in a quiz, with its slot. `correct`: which of its options are right."""
    position = quiz.slots.count() + 1
    kind = fields.pop("kind", "single")
    texts = ("True", "False", "C", "D")[: 2 if kind == "true_false" else 4]
    question = Question.objects.create(
        course=quiz.course,
        kind=kind,
        definition=options_of(fields.pop("options", texts), correct),
        text=fields.pop("text", f"Question {position}?"),
        **fields,
    )
    QuizSlot.objects.create(quiz=quiz, question=question, position=position)
    return question


def make_quiz(course: CoursePage | None = None, *, questions: int = 3, **fields: Any) -> Quiz:
    """A published quiz of single-choice questions whose first option is right."""
    fields = {"title": "Water", "published": True, "shuffle_options": False, **fields}
    quiz = Quiz.objects.create(course=course or make_course(), **fields)
    for _number in range(questions):
        make_question(quiz)
    return quiz


def make_assignment(course: CoursePage | None = None, **fields: Any) -> Assignment:
    """A published assignment that takes text and files."""
    fields = {"title": "Essay", "instructions": "Write.", "published": True, **fields}
    return Assignment.objects.create(course=course or make_course(), **fields)
