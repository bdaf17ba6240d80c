"""The demo courses: pages, files and work, from the words in `home.demo`."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page

from accounts.models import User
from assessments.models import Assignment, Question, Quiz, QuizSlot
from assessments.question_types import question_types
from home.demo.content import DemoCourse
from home.demo.pictures import draw_picture, draw_sheet
from learning.models import (
    Activity,
    CourseDocument,
    CourseImage,
    CoursePage,
    LessonPage,
    ModulePage,
    Subject,
)
from learning.services.activities import publish
from learning.services.courses import set_up_course
from learning.services.teams import add_member

SHEETS = {
    "tree-ring-sheet": ("Tree rings: a work sheet", ["The tree", "Widest ring", "Narrowest ring"]),
    "drawing-guide": ("Drawing roots: a guide", ["What I see", "What I expected", "A question"]),
}


def _evening_in(days: int) -> datetime:
    """When teachers let things end: at a full hour."""
    return (timezone.now() + timedelta(days=days)).replace(
        hour=18, minute=0, second=0, microsecond=0
    )


class CourseBuilder:
    """Builds one demo course; what it made so far is found by the keys of its words."""

    def __init__(self, demo: DemoCourse, index: Page, people: Mapping[str, User]) -> None:
        self.demo = demo
        self.index = index
        self.people = people
        self.lead = people[demo.facts["lead"]]
        self.publisher = people["admin"]
        self.work: dict[str, Activity] = {}

    @transaction.atomic
    def build(self) -> CoursePage:
        """The published course with its team, its work and its lessons."""
        self._make_course()
        for name in self.demo.facts["team"]:
            role = "grader" if name == "farah" else "teacher"
            add_member(course=self.course, user=self.people[name], role=role, by=self.lead)
        for facts in self.demo.facts.get("quizzes", []):
            self.work[facts["key"]] = self._make_quiz(dict(facts))
        for facts in self.demo.facts.get("assignments", []):
            self.work[facts["key"]] = self._make_assignment(dict(facts))
        for facts in self.demo.modules:
            self._make_module(facts)
        return self.course

    def _make_course(self) -> None:
        facts = self.demo.facts
        slug = slugify(facts["subject"])
        subject, _created = Subject.objects.get_or_create(
            slug=slug, defaults={"name": facts["subject"], "art": slug}
        )
        course = CoursePage(
            title=facts["title"],
            slug=facts["slug"],
            summary=facts["summary"],
            description=facts["description"],
            level=facts["level"],
            subject=subject,
            owner=self.lead,
            live=False,
        )
        self.index.add_child(instance=course)
        self.course = set_up_course(course=course, by=self.lead)
        course.picture = self._make_image(facts["picture"], facts["title"])
        self.publish(course)

    def _make_module(self, chapter: Mapping[str, Any]) -> None:
        module = ModulePage(
            title=chapter["title"],
            slug=slugify(chapter["title"]),
            summary=chapter["summary"],
            owner=self.lead,
            live=False,
        )
        self.course.add_child(instance=module)
        self.publish(module)
        for facts in chapter["lessons"]:
            lesson = self.make_lesson(module, facts)
            if not facts.get("late"):
                self.publish(lesson)

    def make_lesson(self, module: ModulePage, facts: Mapping[str, Any]) -> LessonPage:
        """A draft of a lesson, written by the course's lead."""
        lesson = LessonPage(
            title=facts["title"],
            slug=slugify(facts["title"]),
            minutes=facts["minutes"],
            completion=facts.get("completion", "marked"),
            free_preview=facts.get("free_preview", False),
            body=json.dumps(self._make_body(facts["title"], facts["body"])),
            owner=self.lead,
            live=False,
        )
        module.add_child(instance=lesson)
        return lesson

    def publish(self, page: Page) -> None:
        page.save_revision(user=self.lead).publish(user=self.publisher)

    # -- Blocks --------------------------------------------------------------------------------
    def _make_body(self, title: str, blocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        rows = []
        for number, block in enumerate(blocks):
            ((key, value),) = block.items()
            block_id = uuid5(NAMESPACE_URL, f"{self.demo.slug}/{title}/{number}")
            rows.append(
                {"type": key, "value": self._make_value(key, block, value), "id": str(block_id)}
            )
        return rows

    def _make_value(self, key: str, block: Mapping[str, Any], value: Any) -> Any:
        if key == "heading":
            return {"text": value, "level": "2"}
        if key == "activity":
            return {"activity": self.work[value].pk, "display": "card"}
        if key == "document":
            return {"document": self._make_document(value).pk, "title": ""}
        if key == "image":
            image = self._make_image(value["drawing"], value["alt"])
            chosen = {"image": image.pk, "alt_text": value["alt"], "decorative": False}
            return {"image": chosen, "caption": value["caption"]}
        if key == "table":
            return {
                "data": value["rows"],
                "table_caption": value["caption"],
                "table_header_choice": "both",
                "first_row_is_table_header": True,
                "first_col_is_header": True,
            }
        return value

    def _make_image(self, drawing: str, title: str) -> CourseImage:
        data, (width, height) = draw_picture(drawing)
        return CourseImage.objects.create(
            title=title[:255],
            file=ContentFile(data, name=f"{drawing}.png"),
            width=width,
            height=height,
            collection=self.course.collection,
            uploaded_by_user=self.lead,
        )

    def _make_document(self, key: str) -> CourseDocument:
        title, lines = SHEETS[key]
        return CourseDocument.objects.create(
            title=title,
            file=ContentFile(draw_sheet(title, lines), name=f"{key}.pdf"),
            collection=self.course.collection,
            uploaded_by_user=self.lead,
        )

    # -- Work ----------------------------------------------------------------------------------
    def _make_quiz(self, facts: dict[str, Any]) -> Quiz:
        questions = facts.pop("questions")
        facts.pop("key")
        if days := facts.pop("closes_in_days", None):
            facts["closes_at"] = _evening_in(days)
        quiz = Quiz.objects.create(course=self.course, **facts)
        for place, question in enumerate(questions):
            self._make_question(quiz, place, question)
        publish(activity=quiz, by=self.lead)
        return quiz

    def _make_question(self, quiz: Quiz, place: int, facts: Mapping[str, Any]) -> None:
        options = [
            {"text": option.removeprefix("*"), "is_correct": option.startswith("*")}
            for option in facts["options"]
        ]
        stored = Question.objects.create(
            course=self.course,
            author=self.lead,
            kind=facts["kind"],
            text=facts["text"],
            definition=question_types[facts["kind"]].check({"options": options}),
            explanation=facts["explanation"],
            points=facts.get("points", 1),
        )
        QuizSlot.objects.create(quiz=quiz, question=stored, position=place)

    def _make_assignment(self, facts: dict[str, Any]) -> Assignment:
        facts.pop("key")
        due, closes = facts.pop("due_in_days"), facts.pop("closes_in_days")
        assignment = Assignment.objects.create(
            course=self.course,
            due_at=_evening_in(due),
            closes_at=_evening_in(closes),
            **facts,
        )
        publish(activity=assignment, by=self.lead)
        return assignment
