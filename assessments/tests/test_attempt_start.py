from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from assessments.models import Answer, Attempt, Question, QuestionVersion, Quiz
from assessments.services import attempts
from assessments.services.attempts import start_attempt, submit_attempt
from assessments.tests.factories import (
    answer_all,
    enroll,
    make_course,
    make_lesson,
    make_question,
    make_quiz,
    make_user,
    options_of,
)
from core.errors import Conflict, Forbidden
from learning.models import CoursePage, Enrollment

HOUR = timedelta(hours=1)


def test_start_draws_each_slot_with_its_version_points_and_an_empty_answer(
    quiz: Quiz, student: User
) -> None:
    make_question(quiz, points=Decimal("2.5"))
    attempt = start_attempt(quiz=quiz, student=student, address="10.0.0.7")
    items = list(attempt.items.select_related("version"))
    assert [item.position for item in items] == [1, 2, 3, 4]
    assert [item.version.content["text"] for item in items] == [
        slot.question.text for slot in quiz.slots.all()
    ]
    assert attempt.max_points == Decimal("5.5")
    assert attempt.number == 1
    assert attempt.address == "10.0.0.7"
    assert Answer.objects.filter(attempt=attempt, response={}, sequence=0).count() == 4


def test_start_while_open_is_the_same_attempt_with_the_same_deadline(
    course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, time_limit=20)
    now = timezone.now()
    first = start_attempt(quiz=quiz, student=student, at=now)
    again = start_attempt(quiz=quiz, student=student, at=now + timedelta(minutes=5))
    assert again.pk == first.pk
    assert again.deadline == now + timedelta(minutes=20)


def test_deadline_is_the_closing_where_that_comes_first(course: CoursePage, student: User) -> None:
    now = timezone.now()
    quiz = make_quiz(course, time_limit=120, closes_at=now + HOUR)
    assert start_attempt(quiz=quiz, student=student, at=now).deadline == now + HOUR


def test_later_change_of_the_limit_leaves_the_stored_deadline(
    course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, time_limit=20)
    attempt = start_attempt(quiz=quiz, student=student)
    Quiz.objects.filter(pk=quiz.pk).update(time_limit=1)
    deadline = attempt.deadline
    attempt.refresh_from_db()
    assert attempt.deadline == deadline


def test_start_after_an_overdue_attempt_closes_it_and_begins_the_next(
    course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, time_limit=20, max_attempts=2)
    now = timezone.now()
    first = start_attempt(quiz=quiz, student=student, at=now)
    second = start_attempt(quiz=quiz, student=student, at=now + HOUR)
    first.refresh_from_db()
    assert second.number == 2
    assert first.closed_by_clock
    assert first.submitted_at == first.deadline


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ({"opens_at": HOUR}, "This opens on"),
        ({"closes_at": -HOUR}, "is closed"),
    ],
)
def test_start_outside_of_the_window_is_refused_with_the_rule(
    course: CoursePage, student: User, rules: dict[str, timedelta], reason: str
) -> None:
    now = timezone.now()
    quiz = make_quiz(course, **{name: now + after for name, after in rules.items()})
    with pytest.raises(Conflict, match=reason):
        start_attempt(quiz=quiz, student=student, at=now)
    assert not Attempt.objects.exists()


def test_start_of_a_quiz_without_questions_is_refused(course: CoursePage, student: User) -> None:
    with pytest.raises(Conflict, match="no questions"):
        start_attempt(quiz=make_quiz(course, questions=0), student=student)


def test_start_beyond_the_allowed_attempts_is_refused(quiz: Quiz, student: User) -> None:
    submit_attempt(attempt=start_attempt(quiz=quiz, student=student))
    with pytest.raises(Conflict, match="all your attempts"):
        start_attempt(quiz=quiz, student=student)
    assert Attempt.objects.count() == 1


def test_without_limit_one_may_start_as_often_as_one_likes(
    course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, max_attempts=None)
    for number in (1, 2, 3):
        attempt = start_attempt(quiz=quiz, student=student)
        assert submit_attempt(attempt=attempt).number == number


def test_start_is_refused_for_who_is_not_in_the_course(
    quiz: Quiz, stranger: User, teacher: User
) -> None:
    admin = make_user("admin")
    for person in (stranger, teacher, admin):
        with pytest.raises(Forbidden):
            start_attempt(quiz=quiz, student=person)
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("state", ["waiting", "pending", "withdrawn"])
def test_start_is_refused_for_who_may_not_read(
    quiz: Quiz, course: CoursePage, student: User, state: str
) -> None:
    Enrollment.objects.update(state=state)
    with pytest.raises(Forbidden):
        start_attempt(quiz=quiz, student=student)


@pytest.mark.parametrize("change", [{"published": False}, {"archived": True}])
def test_start_of_a_hidden_quiz_is_refused(
    quiz: Quiz, student: User, change: dict[str, bool]
) -> None:
    Quiz.objects.update(**change)
    quiz.refresh_from_db()
    with pytest.raises(Forbidden):
        start_attempt(quiz=quiz, student=student)


def test_start_in_an_archived_course_is_refused(
    quiz: Quiz, course: CoursePage, student: User
) -> None:
    CoursePage.objects.filter(pk=course.pk).update(archived_at=timezone.now())
    quiz.refresh_from_db()
    with pytest.raises(Forbidden):
        start_attempt(quiz=quiz, student=student)


def test_quiz_that_stands_only_in_a_hidden_module_cannot_be_started(
    quiz: Quiz, course: CoursePage, student: User
) -> None:
    make_lesson(course, quiz, module_live=False)
    with pytest.raises(Forbidden):
        start_attempt(quiz=quiz, student=student)
    make_lesson(course, quiz)
    assert start_attempt(quiz=quiz, student=student).is_open


def test_quiz_placed_by_a_copy_in_another_course_stays_startable(quiz: Quiz, student: User) -> None:
    make_lesson(make_course(), quiz, module_live=False)
    assert start_attempt(quiz=quiz, student=student).is_open


def test_shuffled_quiz_has_its_own_order_in_each_attempt(
    course: CoursePage, student: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiz = make_quiz(course, questions=4, shuffle_questions=True, shuffle_options=True)
    monkeypatch.setattr(attempts.shuffler, "shuffle", lambda rows: rows.reverse())
    attempt = start_attempt(quiz=quiz, student=student)
    items = attempt.items.select_related("version").order_by("position")
    assert [item.version.content["text"] for item in items] == [
        f"Question {number}?" for number in (4, 3, 2, 1)
    ]
    for item in items:
        ids = [option["id"] for option in item.version.content["options"]]
        assert item.drawn == {"options": ids[::-1]}


def test_true_and_false_keep_their_places(course: CoursePage, student: User) -> None:
    quiz = make_quiz(course, questions=0, shuffle_options=True)
    for _number in range(8):
        make_question(quiz, kind="true_false")
    attempt = start_attempt(quiz=quiz, student=student)
    for item in attempt.items.select_related("version"):
        ids = [option["id"] for option in item.version.content["options"]]
        assert item.drawn == {"options": ids}


def test_two_attempts_at_an_unchanged_quiz_share_the_versions(
    quiz: Quiz, course: CoursePage, student: User
) -> None:
    other = make_user()
    enroll(other, course)
    start_attempt(quiz=quiz, student=student)
    start_attempt(quiz=quiz, student=other)
    assert QuestionVersion.objects.count() == 3


def test_attempt_keeps_its_questions_when_they_are_changed_and_deleted(
    quiz: Quiz, student: User
) -> None:
    attempt = start_attempt(quiz=quiz, student=student)
    answer_all(attempt, right=2)
    first = quiz.questions.first()
    quiz.questions.update(text="Changed?", definition=options_of(["Changed", "Too"], [1]))
    gone = quiz.questions.exclude(pk=first.pk).first()
    gone.slots.all().delete()
    gone.delete()
    result = submit_attempt(attempt=attempt)
    assert result.points == 2
    assert result.max_points == 3
    assert Question.objects.count() == 2
    assert attempt.items.filter(version__content__text__startswith="Question").count() == 3


def test_second_open_attempt_breaks_a_constraint(quiz: Quiz, student: User) -> None:
    start_attempt(quiz=quiz, student=student)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(quiz=quiz, student=student, number=2, started_at=timezone.now())


def test_start_costs_the_same_for_few_and_many_questions(course: CoursePage, student: User) -> None:
    counts = []
    for size in (3, 30):
        quiz = make_quiz(course, questions=size)
        with CaptureQueriesContext(connection) as queries:
            start_attempt(quiz=quiz, student=student)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_start_with_a_quiz_that_was_read_before_it_was_shortened_ends_with_it(
    course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course)
    stale = Quiz.objects.select_related("course").get(pk=quiz.pk)
    quiz.closes_at = timezone.now() + timedelta(minutes=5)
    quiz.save()
    assert start_attempt(quiz=stale, student=student).deadline == quiz.closes_at
