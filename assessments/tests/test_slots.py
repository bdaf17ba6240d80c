"""Places of a quiz that hold more than its own questions, and attempts that wait for a person."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.forms import work
from assessments.models import (
    Attempt,
    Grade,
    Question,
    QuestionPool,
    Quiz,
    QuizSlot,
)
from assessments.permissions import can_view_key
from assessments.question_types import question_types
from assessments.question_types.choice import SingleChoice
from assessments.selectors.quizzes import list_pool_questions
from assessments.selectors.states import list_quiz_states
from assessments.services.archiving import archive_question
from assessments.services.attempts import grade_attempt, start_attempt, submit_attempt
from assessments.services.authoring import has_questions, versions_for
from assessments.tests.cms import make_author, question_data, quiz_data, stored_question_data
from assessments.tests.factories import (
    answer_all,
    make_course,
    make_question,
    make_quiz,
    options_of,
)
from core.errors import Conflict
from learning.models import CoursePage
from learning.registries import activity_kinds

pytestmark = pytest.mark.django_db


def make_bank_question(course: CoursePage | None, text: str = "From the bank?") -> Question:
    return Question.objects.create(
        course=course, kind="single", text=text, definition=options_of(["Yes", "No"]), points=2
    )


@pytest.fixture
def shared(quiz: Quiz) -> QuizSlot:
    """A question that all courses share, at the end of the quiz."""
    return QuizSlot.objects.create(quiz=quiz, question=make_bank_question(None), position=9)


# -- Drawing -----------------------------------------------------------------------------------
def test_pool_gives_as_many_questions_as_asked_and_none_twice(
    course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, questions=1)
    fixed = quiz.questions.get()
    for number in range(4):
        make_bank_question(course, f"Bank {number}?")
    pool = QuestionPool.objects.create(course=course)
    first, second = (
        QuizSlot.objects.create(quiz=quiz, pool=pool, draw_count=2, position=place, points=3)
        for place in (2, 3)
    )
    attempt = start_attempt(quiz=quiz, student=student)
    items = attempt.items.select_related("version")
    given = [item.version.question_id for item in items]
    assert len(set(given)) == len(given) == 5
    assert given.count(fixed.pk) == 1
    assert [item.slot for item in items][1:] == [first, first, second, second]
    assert attempt.max_points == 1 + 4 * 3 == quiz.slots.get_totals().points


def test_pool_with_too_few_questions_gives_what_there_is(course: CoursePage, student: User) -> None:
    quiz = make_quiz(course, questions=0)
    make_bank_question(course)
    archived = make_bank_question(course)
    Question.objects.filter(pk=archived.pk).update(archived=True)
    make_bank_question(make_course())
    pool = QuestionPool.objects.create(course=course)
    QuizSlot.objects.create(quiz=quiz, pool=pool, draw_count=5)
    attempt = start_attempt(quiz=quiz, student=student)
    assert attempt.items.count() == 1
    assert attempt.max_points == 2


def test_pinned_slot_gives_its_version_however_the_question_changes(
    course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, questions=1)
    slot = quiz.slots.get()
    pinned = versions_for([slot.question])[slot.question.pk]
    QuizSlot.objects.filter(pk=slot.pk).update(version=pinned)
    Question.objects.update(text="Changed?")
    attempt = start_attempt(quiz=quiz, student=student)
    assert attempt.items.get().version == pinned


def test_question_that_a_slot_holds_is_protected_and_an_attempt_outlives_the_slot(
    quiz: Quiz, attempt: Attempt
) -> None:
    slot = quiz.slots.first()
    with pytest.raises(ProtectedError):
        slot.question.delete()
    QuizSlot.objects.filter(pk=slot.pk).delete()
    assert attempt.items.filter(slot=None).count() == 1


def test_two_pools_of_one_bank_give_no_question_twice(course: CoursePage, student: User) -> None:
    quiz = make_quiz(course, questions=0)
    make_bank_question(course)
    for place in (1, 2):
        pool = QuestionPool.objects.create(course=course)
        QuizSlot.objects.create(quiz=quiz, pool=pool, position=place)
    assert start_attempt(quiz=quiz, student=student).items.count() == 1


def test_pool_gives_no_question_of_another_quiz(course: CoursePage, student: User) -> None:
    """An exam's questions would be given away with their key."""
    make_quiz(course, title="Exam", published=False)
    quiz = make_quiz(course, questions=0)
    QuizSlot.objects.create(quiz=quiz, pool=QuestionPool.objects.create(course=course))
    assert not has_questions(quiz)
    with pytest.raises(Conflict):
        start_attempt(quiz=quiz, student=student)


# -- In the form -------------------------------------------------------------------------------
@pytest.fixture
def cms(client: Client, course: CoursePage) -> Client:
    teacher = make_author()
    course.team.create(user=teacher, role="lead")
    client.force_login(teacher)
    return client


def edit_url(quiz: Quiz) -> str:
    return reverse("assessments_quiz_modeladmin_edit", args=[quiz.pk])


def rows_of(quiz: Quiz, **of_shared: Any) -> list[dict[str, Any]]:
    own = quiz.slots.filter(question__course=quiz.course)
    rows = [stored_question_data(slot.question) for slot in own]
    slots = quiz.slots.filter(question__course=None)
    return rows + [{"id": str(slot.pk), "points": "", **of_shared} for slot in slots]


def test_shared_question_stands_in_the_form_to_be_read(
    cms: Client, quiz: Quiz, shared: QuizSlot
) -> None:
    page = cms.get(edit_url(quiz)).text
    assert "From the bank?" in page
    assert "Make my own copy" in page
    assert "Edit in the bank" not in page
    assert 'value="From the bank?"' not in page
    assert "slots-3-question-text" not in page


def test_question_that_another_quiz_uses_is_edited_in_the_bank(
    cms: Client, quiz: Quiz, course: CoursePage
) -> None:
    question = quiz.questions.first()
    QuizSlot.objects.create(quiz=make_quiz(course, questions=0), question=question)
    page = cms.get(edit_url(quiz)).text
    assert "Edit in the bank" in page
    assert reverse("assessments_question_modeladmin_edit", args=[question.pk]) in page


def test_question_of_a_course_that_one_does_not_write_in_stands_without_a_link(
    cms: Client, quiz: Quiz
) -> None:
    QuizSlot.objects.create(quiz=quiz, question=make_bank_question(make_course()), position=9)
    page = cms.get(edit_url(quiz)).text
    assert "From the bank?" in page
    assert "Edit in the bank" not in page


def test_quiz_with_a_shared_question_is_saved_and_the_question_stays_as_it_is(
    cms: Client, quiz: Quiz, shared: QuizSlot
) -> None:
    forged = {"question": {"text": "Mine now", "kind": "single"}, "points": "7"}
    response = cms.post(edit_url(quiz), quiz_data(quiz.course_id, rows_of(quiz, **forged)))
    assert response.status_code == 302
    shared.refresh_from_db()
    assert (shared.question.text, shared.points) == ("From the bank?", 7)
    assert quiz.slots.get_totals() == (4, 10)


def test_own_copy_takes_the_place_and_is_written_in_the_form(
    cms: Client, quiz: Quiz, shared: QuizSlot
) -> None:
    old = shared.question
    rows = rows_of(quiz, make_copy="on")
    assert cms.post(edit_url(quiz), quiz_data(quiz.course_id, rows)).status_code == 302
    shared.refresh_from_db()
    assert shared.question != old
    assert (shared.question.text, shared.question.course) == (old.text, quiz.course)
    assert "slots-3-question-text" in cms.get(edit_url(quiz)).text


def test_removed_shared_question_stays_in_the_bank(
    cms: Client, quiz: Quiz, shared: QuizSlot
) -> None:
    versions_for([shared.question])[shared.question.pk]
    rows = rows_of(quiz, DELETE="1")
    assert cms.post(edit_url(quiz), quiz_data(quiz.course_id, rows)).status_code == 302
    question = Question.objects.get(course=None)
    assert not question.archived
    assert not question.slots.exists()


def test_author_of_a_new_question_is_noted(cms: Client, quiz: Quiz) -> None:
    rows = [*rows_of(quiz), question_data(text="New?")]
    cms.post(edit_url(quiz), quiz_data(quiz.course_id, rows))
    assert Question.objects.get(text="New?").author is not None


def test_forged_copy_of_a_pool_changes_nothing(cms: Client, quiz: Quiz) -> None:
    slot = QuizSlot.objects.create(quiz=quiz, pool=QuestionPool.objects.create(course=quiz.course))
    rows = rows_of(quiz, make_copy="on")
    assert cms.post(edit_url(quiz), quiz_data(quiz.course_id, rows)).status_code == 302
    slot.refresh_from_db()
    assert (slot.question, slot.pool is None) == (None, False)


def test_question_that_was_archived_meanwhile_stays_archived(
    cms: Client, quiz: Quiz, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = quiz.questions.first()

    def archive_first(quiz_id: int) -> None:
        archive_question(question=Question.objects.get(pk=question.pk), by=None)

    rows = [stored_question_data(one, text=f"New {one.text}") for one in quiz.questions.all()]
    monkeypatch.setattr(work, "hold_quiz", archive_first)
    assert cms.post(edit_url(quiz), quiz_data(quiz.course_id, rows)).status_code == 302
    question.refresh_from_db()
    assert (question.archived, question.text.startswith("New")) == (True, True)


def test_question_that_was_deleted_meanwhile_is_a_conflict_and_does_not_come_back(
    cms: Client, quiz: Quiz, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = quiz.questions.first()

    def delete_first(quiz_id: int) -> None:
        QuizSlot.objects.filter(question=question).delete()
        Question.objects.filter(pk=question.pk).delete()

    rows = [stored_question_data(one, text=f"New {one.text}") for one in quiz.questions.all()]
    monkeypatch.setattr(work, "hold_quiz", delete_first)
    answer = cms.post(edit_url(quiz), quiz_data(quiz.course_id, rows))
    assert answer.status_code == 409
    assert "deleted this question meanwhile" in answer.text


@pytest.mark.parametrize("text", ["{", "[]", "\x00", '{"blocks": 5}'])
def test_formatted_text_that_no_editor_sends_is_refused(cms: Client, quiz: Quiz, text: str) -> None:
    data = quiz_data(quiz.course_id, rows_of(quiz)) | {"introduction": text}
    assert cms.post(edit_url(quiz), data).status_code == 400


def test_half_characters_in_formatted_text_are_left_out(cms: Client, quiz: Quiz) -> None:
    blocks = [{"key": "a", "text": "A \ud800 b", "type": "unstyled", "depth": 0}]
    for block in blocks:
        block |= {"inlineStyleRanges": [], "entityRanges": [], "data": {}}
    text = json.dumps({"blocks": blocks, "entityMap": {}})
    data = quiz_data(quiz.course_id, rows_of(quiz)) | {"introduction": text}
    assert cms.post(edit_url(quiz), data).status_code == 302
    quiz.refresh_from_db()
    assert "A  b" in quiz.introduction


def test_search_of_the_bank_tells_nothing_about_foreign_quizzes(
    cms: Client, shared: QuizSlot
) -> None:
    foreign = make_quiz(make_course(), title="Xylemsecret", questions=0)
    QuizSlot.objects.create(quiz=foreign, question=shared.question)
    found = cms.get(reverse("assessments_question_modeladmin_index"), {"q": "Xylemsec"})
    assert "From the bank?" not in found.text


# -- Copying -----------------------------------------------------------------------------------
def test_copied_quiz_keeps_shared_questions_and_gets_its_own_of_the_others(
    quiz: Quiz, shared: QuizSlot
) -> None:
    pool = QuestionPool.objects.create(course=quiz.course)
    QuizSlot.objects.create(quiz=quiz, pool=pool, draw_count=2, position=10)
    other = make_course()
    copied = activity_kinds["quiz"].copy(quiz, other)
    slots = list(copied.slots.select_related("question", "pool"))
    assert [slot.question.course for slot in slots[:3]] == [other] * 3
    assert slots[3].question == shared.question
    assert (slots[4].pool.course, slots[4].draw_count) == (other, 2)
    assert quiz.slots.count() == 5


def test_copy_in_the_same_course_shares_what_its_bank_has(quiz: Quiz, course: CoursePage) -> None:
    used_twice = quiz.questions.first()
    make_quiz(course, questions=0)
    QuizSlot.objects.create(quiz=make_quiz(course, questions=0), question=used_twice)
    copied = activity_kinds["quiz"].copy(quiz, course)
    same = set(copied.questions.all()) & set(quiz.questions.all())
    assert same == {used_twice}


def test_copied_quiz_takes_its_pool_once_and_with_its_questions(
    quiz: Quiz, course: CoursePage
) -> None:
    make_bank_question(course)
    pool = QuestionPool.objects.create(course=course)
    for place in (8, 9):
        QuizSlot.objects.create(quiz=quiz, pool=pool, position=place)
    other = make_course()
    copied = activity_kinds["quiz"].copy(quiz, other)
    [own] = {slot.pool for slot in copied.slots.exclude(pool=None).select_related("pool")}
    assert own.course == other
    assert [question.text for question in list_pool_questions(own)] == ["From the bank?"]


# -- Waiting for a person ----------------------------------------------------------------------
class ReadByPeople(SingleChoice):
    key = "read_by_people"

    def mark(self, *args: Any) -> None:
        return None


@pytest.fixture
def waiting(course: CoursePage, student: User) -> Iterator[Attempt]:
    """Handed in; the second of two answers waits for a person."""
    with question_types.restored():
        question_types.register(ReadByPeople.key, ReadByPeople())
        quiz = make_quiz(course, questions=1)
        make_question(quiz, kind=ReadByPeople.key)
        attempt = start_attempt(quiz=quiz, student=student)
        answer_all(attempt, right=2)
        yield submit_attempt(attempt=attempt)


def test_attempt_may_wait_for_a_person(quiz: Quiz, student: User) -> None:
    now = timezone.now()
    facts = {"quiz": quiz, "student": student, "started_at": now, "submitted_at": now}
    Attempt.objects.create(number=1, state="submitted", points=None, **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(number=2, state="graded", points=None, **facts)


def test_waiting_attempt_counts_nowhere_and_is_used_up(waiting: Attempt, student: User) -> None:
    assert (waiting.state, waiting.points) == ("submitted", None)
    assert not Grade.objects.exists()
    assert not Attempt.objects.counting().exists()
    state = list_quiz_states(student, Quiz.objects.all())[0]
    assert (state.progress, state.note, state.done) == ("waiting", "Handed in", True)
    assert can_view_key(student, waiting, timezone.now())


def test_pages_of_a_waiting_attempt_say_so(waiting: Attempt, client: Client, student: User) -> None:
    client.force_login(student)
    for name, key in (("attempt_result", waiting.pk), ("quiz", waiting.quiz_id)):
        page = client.get(reverse(name, args=[key]))
        assert page.status_code == 200
        assert "Not graded yet" in page.text


def test_attempt_counts_once_every_answer_has_points(waiting: Attempt, student: User) -> None:
    waiting.answers.filter(points=None).update(points=1)
    grade_attempt(waiting)
    assert (waiting.state, waiting.points) == ("graded", 2)
    assert Grade.objects.get(student=student).points == 2
