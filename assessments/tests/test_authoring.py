"""Versions, slots, publishing: what authors do, and what learners keep of it."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from assessments.models import GradeItem, Question, QuestionPool, QuestionVersion, Quiz, QuizSlot
from assessments.services.authoring import (
    versions_for,
)
from assessments.tests.factories import make_assignment, make_course, make_question, make_quiz
from core.errors import Conflict, InvalidInput
from core.models import AuditEvent
from learning.services.activities import publish, sync_after_save
from learning.signals import activity_published

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz() -> Quiz:
    return make_quiz(questions=2, published=False)


@pytest.fixture
def heard() -> Any:
    """What was announced while the test ran."""
    works: list[Any] = []

    def listen(**kwargs: Any) -> None:
        works.append(kwargs["activity"].specific)

    activity_published.connect(listen)
    yield works
    activity_published.disconnect(listen)


def question_of(quiz: Quiz) -> Question:
    return quiz.questions.first()


def test_version_holds_content_and_key_apart(quiz: Quiz) -> None:
    question = question_of(quiz)
    question.explanation = "Because."
    question.save()
    version = versions_for([question])[question.pk]
    options = version.content["options"]
    assert version.content["text"] == question.text
    assert [option["text"] for option in options] == ["True", "False", "C", "D"]
    assert version.key == {"correct": [options[0]["id"]], "explanation": "Because."}
    assert "correct" not in str(version.content)
    assert version.number == 1


def test_same_content_is_the_same_version(quiz: Quiz) -> None:
    question = question_of(quiz)
    assert versions_for([question])[question.pk] == versions_for([question])[question.pk]
    assert QuestionVersion.objects.count() == 1


@pytest.mark.parametrize("change", ["text", "kind", "explanation", "option", "key"])
def test_changed_question_gets_a_new_version_and_keeps_the_old(quiz: Quiz, change: str) -> None:
    question = question_of(quiz)
    old = versions_for([question])[question.pk]
    before = (old.content, old.key, old.kind)
    if change == "kind":
        question.kind = "multiple"
    elif change in ("text", "explanation"):
        setattr(question, change, "Something else")
    option = question.definition["options"][-1]
    if change == "option":
        option["text"] = "E"
    elif change == "key":
        option["is_correct"] = True
    question.save()
    new = versions_for([question])[question.pk]
    old.refresh_from_db()
    assert new.pk != old.pk
    assert new.number == 2
    assert (old.content, old.key, old.kind) == before


def test_option_ids_differ_between_versions_and_say_nothing_of_the_key(quiz: Quiz) -> None:
    versions = versions_for(list(quiz.questions.all())).values()
    ids = [option["id"] for version in versions for option in version.content["options"]]
    assert len(ids) == len(set(ids)) == 8


def test_known_versions_cost_one_query_however_many(
    quiz: Quiz, django_assert_num_queries: Any
) -> None:
    for _number in range(8):
        make_question(quiz)
    questions = list(quiz.questions.all())
    versions_for(questions)
    with django_assert_num_queries(1):
        found = versions_for(questions)
    assert set(found) == {question.pk for question in questions}


def test_question_deleted_meanwhile_is_a_conflict(quiz: Quiz) -> None:
    question = question_of(quiz)
    gone = Question.objects.get(pk=question.pk)
    question.slots.all().delete()
    question.delete()
    with pytest.raises(Conflict):
        versions_for([gone])[gone.pk]


def test_points_of_a_slot_are_the_questions_until_it_has_its_own(quiz: Quiz) -> None:
    first, second = quiz.slots.all()
    Question.objects.filter(pk=first.question_id).update(points=Decimal("2.5"))
    assert quiz.slots.get_totals() == (2, Decimal("3.5"))
    quiz.slots.filter(pk=second.pk).update(points=4)
    assert quiz.slots.get_totals() == (2, Decimal("6.5"))


def test_slot_of_an_archived_question_is_not_in_use(quiz: Quiz) -> None:
    question = question_of(quiz)
    Question.objects.filter(pk=question.pk).update(archived=True)
    assert not quiz.slots.in_use().filter(question=question).exists()
    assert quiz.slots.in_use().get_totals() == (1, Decimal(1))


def test_slot_may_hold_a_question_of_the_bank(quiz: Quiz) -> None:
    bank = make_quiz(quiz.course, questions=1)
    QuizSlot.objects.create(quiz=quiz, question=bank.questions.first(), position=3)
    sync_after_save(activity=quiz)
    assert quiz.slots.count() == 3


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"question": True, "pool": True},
        {"question": True, "draw_count": 2},
        {"pool": True, "draw_count": 0},
        {"question": True, "points": 0},
    ],
)
def test_slot_without_exactly_one_source_is_refused(quiz: Quiz, fields: dict[str, Any]) -> None:
    given = {
        "question": Question.objects.create(course=quiz.course, kind="single", text="Spare?"),
        "pool": QuestionPool.objects.create(course=quiz.course),
    }
    values = {name: given[name] if value is True else value for name, value in fields.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        QuizSlot.objects.create(quiz=quiz, position=3, **values)


def test_publishing_announces_once(quiz: Quiz, heard: list[Any]) -> None:
    publish(activity=quiz)
    publish(activity=Quiz.objects.get(pk=quiz.pk))
    quiz.refresh_from_db()
    assert heard == [quiz]
    assert quiz.published
    assert quiz.published_at is not None
    assert quiz.announced_at is not None


def test_publishing_again_after_a_withdrawal_is_not_announced(quiz: Quiz, heard: list[Any]) -> None:
    publish(activity=quiz)
    first = Quiz.objects.get(pk=quiz.pk).published_at
    Quiz.objects.update(published=False)
    publish(activity=Quiz.objects.get(pk=quiz.pk))
    assert len(heard) == 1
    assert Quiz.objects.get(pk=quiz.pk).published_at == first


def test_publishing_makes_the_grade_item_and_leaves_a_record(quiz: Quiz) -> None:
    publish(activity=quiz)
    item = GradeItem.objects.get(activity=quiz)
    assert (item.title, item.max_points, item.course) == (quiz.title, Decimal(2), quiz.course)
    assert AuditEvent.objects.about(quiz).get().verb == "quiz.published"


def test_quiz_without_questions_is_not_published(heard: list[Any]) -> None:
    empty = make_quiz(questions=0, published=False)
    with pytest.raises(InvalidInput) as refusal:
        publish(activity=empty)
    assert refusal.value.field == "published"
    assert not Quiz.objects.get(pk=empty.pk).published
    assert heard == []


def test_archived_work_is_not_published() -> None:
    with pytest.raises(Conflict):
        publish(activity=make_quiz(archived=True, published=False))
    with pytest.raises(Conflict):
        publish(activity=make_assignment(archived=True, published=False))


def test_grade_item_follows_title_and_points(quiz: Quiz) -> None:
    publish(activity=quiz)
    quiz.questions.update(points=3)
    quiz.title = "Another"
    quiz.save()
    sync_after_save(activity=quiz)
    assert GradeItem.objects.values_list("title", "max_points").get() == ("Another", Decimal(6))


def test_grade_item_of_withdrawn_work_follows_too() -> None:
    assignment = make_assignment()
    sync_after_save(activity=assignment)
    assignment.published, assignment.max_points = False, Decimal(7)
    assignment.save()
    sync_after_save(activity=assignment)
    assert GradeItem.objects.get().max_points == 7


def test_draft_gets_no_grade_item_and_is_not_announced(quiz: Quiz, heard: list[Any]) -> None:
    sync_after_save(activity=quiz)
    sync_after_save(activity=make_assignment(quiz.course, published=False))
    assert not GradeItem.objects.exists()
    assert heard == []


def test_published_assignment_is_announced_once(heard: list[Any]) -> None:
    assignment = make_assignment(make_course())
    sync_after_save(activity=assignment)
    sync_after_save(activity=assignment)
    assert heard == [assignment]


def test_failure_of_a_listener_undoes_the_publication(quiz: Quiz) -> None:
    def fail(**kwargs: Any) -> None:
        raise RuntimeError("no room")

    activity_published.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            publish(activity=quiz)
    finally:
        activity_published.disconnect(fail)
    stored = Quiz.objects.get(pk=quiz.pk)
    assert (stored.published, stored.announced_at) == (False, None)
