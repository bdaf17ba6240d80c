"""Taking things out of use: what learners did stays."""

from typing import Any

import pytest
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import User
from assessments.models import (
    Assignment,
    Attempt,
    GradeItem,
    Question,
    QuestionVersion,
    Quiz,
    QuizSlot,
    Submission,
)
from assessments.services.archiving import archive_question, delete_question, restore_question
from assessments.services.authoring import versions_for
from assessments.services.grades import item_for
from assessments.tests.factories import make_assignment, make_lesson, make_quiz
from core.errors import Conflict
from core.models import AuditEvent
from learning.models import CoursePage
from learning.selectors.activities import count_records
from learning.services import activities
from learning.services.activities import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(course: CoursePage) -> Assignment:
    return make_assignment(course)


def test_archive_keeps_attempts_and_is_recorded_once(
    quiz: Quiz, attempt: Attempt, teacher: User
) -> None:
    activities.archive(activity=quiz, by=teacher)
    activities.archive(activity=quiz, by=teacher)
    assert Quiz.objects.get(pk=quiz.pk).archived
    assert Attempt.objects.filter(pk=attempt.pk).exists()
    event = AuditEvent.objects.about(quiz).get()
    assert (event.verb, event.actor) == ("quiz.archived", teacher)


def test_restored_work_is_as_it_was(quiz: Quiz) -> None:
    activities.archive(activity=quiz, by=None)
    activities.restore(activity=quiz, by=None)
    stored = Quiz.objects.get(pk=quiz.pk)
    assert stored.published
    assert not stored.archived


def test_archived_question_leaves_the_quiz_and_comes_back_to_its_place(quiz: Quiz) -> None:
    second = quiz.slots.get(position=2).question
    archive_question(question=second, by=None)
    assert [slot.position for slot in quiz.slots.in_use()] == [1, 3]
    restore_question(question=second, by=None)
    assert quiz.slots.in_use()[1].question == second


def test_unused_quiz_is_deleted_with_its_questions(quiz: Quiz) -> None:
    publish(activity=quiz)
    activities.delete(activity=quiz, by=None)
    assert not Quiz.objects.exists()
    assert not Question.objects.exists()
    assert not GradeItem.objects.exists()
    assert AuditEvent.objects.filter(verb="quiz.deleted").count() == 1


def test_question_given_elsewhere_survives_its_quiz_as_archived(quiz: Quiz) -> None:
    question = quiz.questions.first()
    versions_for([question])[question.pk]
    activities.delete(activity=quiz, by=None)
    stored = Question.objects.get()
    assert (stored.pk, stored.archived, stored.quizzes.count()) == (question.pk, True, 0)


def test_quiz_with_an_attempt_is_not_deleted(quiz: Quiz, attempt: Attempt) -> None:
    with pytest.raises(Conflict):
        activities.delete(activity=quiz, by=None)
    assert count_records(quiz) == ["1 attempt"]
    assert Quiz.objects.exists()


def test_record_that_came_meanwhile_is_a_conflict_and_nothing_is_lost(
    quiz: Quiz, attempt: Attempt, monkeypatch: Any
) -> None:
    monkeypatch.setattr(activities, "count_records", lambda subject: None)
    with pytest.raises(Conflict) as refusal:
        activities.delete(activity=quiz, by=None)
    assert isinstance(refusal.value.__cause__, ProtectedError)
    assert quiz.questions.count() == 3
    assert attempt.items.count() == 3


def test_unused_assignment_is_deleted(assignment: Assignment) -> None:
    publish(activity=assignment)
    activities.delete(activity=assignment, by=None)
    assert not Assignment.objects.exists()
    assert not GradeItem.objects.exists()


def test_assignment_with_a_submission_is_not_deleted(assignment: Assignment, student: User) -> None:
    Submission.objects.create(
        assignment=assignment, student=student, submitted_at=timezone.now(), tries_count=1
    )
    with pytest.raises(Conflict):
        activities.delete(activity=assignment, by=None)
    assert count_records(assignment) == ["1 submission"]


def test_work_that_stands_in_a_lesson_is_not_deleted(course: CoursePage, quiz: Quiz) -> None:
    make_lesson(course, quiz)
    assert count_records(quiz) == ["It stands in 1 lesson."]
    with pytest.raises(Conflict):
        activities.delete(activity=quiz, by=None)


def test_question_that_was_given_is_not_deleted(quiz: Quiz) -> None:
    question = quiz.questions.first()
    versions_for([question])[question.pk]
    with pytest.raises(Conflict):
        delete_question(question=question, by=None)
    assert QuestionVersion.objects.get().question == question


def test_unused_question_is_deleted_with_its_place(quiz: Quiz) -> None:
    delete_question(question=quiz.slots.get(position=1).question, by=None)
    assert [slot.position for slot in quiz.slots.in_use()] == [2, 3]


def test_question_that_several_quizzes_use_is_not_deleted(quiz: Quiz) -> None:
    question = quiz.questions.first()
    QuizSlot.objects.create(quiz=make_quiz(quiz.course, questions=0), question=question)
    with pytest.raises(Conflict):
        delete_question(question=question, by=None)
    assert question.slots.count() == 2


def test_question_outside_of_a_quiz_can_be_deleted(course: CoursePage) -> None:
    delete_question(
        question=Question.objects.create(course=course, text="Alone?", kind="single"), by=None
    )
    assert not Question.objects.exists()


def test_nothing_used_counts_as_nothing() -> None:
    assert not count_records(make_quiz())
    assert not count_records(make_assignment())


def test_what_can_be_had_follows_a_question_that_goes_and_comes_back(quiz: Quiz) -> None:
    item = item_for(quiz)
    question = quiz.questions.first()
    archive_question(question=question, by=None)
    item.refresh_from_db()
    assert item.max_points == 2
    restore_question(question=question, by=None)
    item.refresh_from_db()
    assert item.max_points == 3
    delete_question(question=question, by=None)
    item.refresh_from_db()
    assert item.max_points == 2
