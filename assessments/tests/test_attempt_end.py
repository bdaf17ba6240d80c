import logging
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from assessments.models import Answer, Attempt, Grade, GradeEvent, QuestionVersion, Quiz
from assessments.services.attempts import (
    close_if_overdue,
    close_overdue,
    start_attempt,
    submit_attempt,
)
from assessments.signals import grade_released
from assessments.tasks import submit_overdue_attempts
from assessments.tests.factories import answer_all, enroll, make_question, make_quiz, make_user
from learning.models import CoursePage
from learning.schedule import GRACE

SECOND = timedelta(seconds=1)


@pytest.fixture
def released() -> Any:
    """The grades that were sent out."""
    grades: list[Grade] = []

    def note(*, grade: Grade, **kwargs: Any) -> None:
        grades.append(grade)

    grade_released.connect(note)
    yield grades
    grade_released.disconnect(note)


def start_timed(course: CoursePage, student: User, at: datetime | None = None) -> Attempt:
    quiz = make_quiz(course, time_limit=10, max_attempts=None)
    return start_attempt(quiz=quiz, student=student, at=at)


def test_handing_in_marks_each_answer_and_records_the_grade(
    attempt: Attempt, student: User, released: list[Grade]
) -> None:
    answer_all(attempt, right=2)
    now = timezone.now()
    done = submit_attempt(attempt=attempt, at=now)
    assert (done.state, done.points, done.submitted_at) == ("graded", 2, now)
    assert not done.closed_by_clock
    points = Answer.objects.filter(attempt=attempt).order_by("item__position")
    assert list(points.values_list("points", flat=True)) == [1, 1, 0]
    grade = Grade.objects.get(student=student)
    assert (grade.points, grade.max_points, grade.graded_by) == (2, 3, None)
    assert released == [grade]


def test_handing_in_twice_returns_the_stored_result_once_graded(
    attempt: Attempt, released: list[Grade]
) -> None:
    answer_all(attempt, right=3)
    first = submit_attempt(attempt=attempt)
    second = submit_attempt(attempt=attempt, at=timezone.now() + timedelta(hours=1))
    assert (second.points, second.submitted_at) == (first.points, first.submitted_at)
    assert GradeEvent.objects.count() == 1
    assert len(released) == 1


def test_handing_in_without_answers_gives_no_points(attempt: Attempt, student: User) -> None:
    assert submit_attempt(attempt=attempt).points == 0
    assert Grade.objects.get(student=student).points == 0


def test_points_are_those_of_the_slots(course: CoursePage, student: User) -> None:
    quiz = make_quiz(course, questions=0)
    make_question(quiz, points=Decimal("2.5"))
    make_question(quiz, points=Decimal("0.75"))
    attempt = start_attempt(quiz=quiz, student=student)
    answer_all(attempt, right=2)
    assert submit_attempt(attempt=attempt).points == Decimal("3.25")


def test_best_attempt_counts(course: CoursePage, student: User) -> None:
    quiz = make_quiz(course, max_attempts=None)
    for right, best in ((1, 1), (3, 3), (2, 3)):
        attempt = start_attempt(quiz=quiz, student=student)
        answer_all(attempt, right=right)
        assert submit_attempt(attempt=attempt).points == right
        assert Grade.objects.get().points == best
    assert GradeEvent.objects.count() == 2


def test_best_attempt_is_by_share_when_the_quiz_grew_meanwhile(
    course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, questions=2, max_attempts=None)
    first = start_attempt(quiz=quiz, student=student)
    answer_all(first, right=2)
    submit_attempt(attempt=first)
    make_question(quiz)
    make_question(quiz)
    second = start_attempt(quiz=quiz, student=student)
    answer_all(second, right=3)
    submit_attempt(attempt=second)
    grade = Grade.objects.select_related("item").get()
    assert (grade.points, grade.max_points, grade.item.max_points) == (2, 2, 4)


def test_handing_in_within_the_grace_counts_as_at_the_deadline(
    course: CoursePage, student: User
) -> None:
    attempt = start_timed(course, student)
    done = submit_attempt(attempt=attempt, at=attempt.deadline + GRACE)
    assert done.submitted_at == attempt.deadline
    assert not done.closed_by_clock


def test_handing_in_after_the_grace_hands_in_what_was_saved(
    course: CoursePage, student: User
) -> None:
    attempt = start_timed(course, student)
    answer_all(attempt, right=1)
    done = submit_attempt(attempt=attempt, at=attempt.deadline + GRACE + SECOND)
    assert (done.points, done.submitted_at, done.closed_by_clock) == (1, attempt.deadline, True)


def test_looking_at_an_overdue_attempt_closes_it(course: CoursePage, student: User) -> None:
    attempt = start_timed(course, student)
    assert not close_if_overdue(attempt, at=attempt.deadline + GRACE)
    assert close_if_overdue(attempt, at=attempt.deadline + GRACE + SECOND)
    assert attempt.closed_by_clock
    assert not Attempt.objects.get().is_open
    assert close_if_overdue(attempt, at=attempt.deadline)


def test_attempt_without_deadline_is_never_overdue(attempt: Attempt) -> None:
    far = timezone.now() + timedelta(days=3650)
    assert not close_if_overdue(attempt, at=far)
    with time_machine.travel(far):
        assert close_overdue() == 0


def test_sweep_closes_only_what_is_past_deadline_and_grace(
    course: CoursePage, student: User
) -> None:
    now = timezone.now()
    over = start_timed(course, student, at=now - timedelta(minutes=11))
    in_grace = start_timed(course, student, at=now - timedelta(minutes=10, seconds=10))
    running = start_timed(course, student, at=now)
    assert close_overdue() == 1
    assert not Attempt.objects.get(pk=over.pk).is_open
    assert Attempt.objects.get(pk=over.pk).submitted_at == over.deadline
    assert set(Attempt.objects.under_way()) == {in_grace, running}
    assert close_overdue() == 0
    assert GradeEvent.objects.count() == 1


def test_one_broken_attempt_does_not_hold_up_the_others(
    course: CoursePage, student: User, caplog: pytest.LogCaptureFixture
) -> None:
    past = timezone.now() - timedelta(hours=1)
    broken = start_timed(course, student, at=past - timedelta(hours=1))
    other = make_user()
    enroll(other, course)
    fine = start_timed(course, other, at=past)
    version = broken.items.first().version
    QuestionVersion.objects.filter(pk=version.pk).update(key={})
    with caplog.at_level(logging.ERROR):
        assert close_overdue() == 1
    assert f"Attempt {broken.pk} could not be closed" in caplog.text
    assert Attempt.objects.get(pk=broken.pk).is_open
    assert not Attempt.objects.get(pk=fine.pk).is_open


def test_sweep_takes_no_more_than_its_limit_and_the_oldest_first(
    course: CoursePage, student: User
) -> None:
    past = timezone.now() - timedelta(days=1)
    late = start_timed(course, student, at=past)
    older = start_timed(course, student, at=past - timedelta(hours=1))
    assert close_overdue(limit=1) == 1
    assert list(Attempt.objects.under_way()) == [late]
    assert not Attempt.objects.get(pk=older.pk).is_open


def test_periodic_task_closes_overdue_attempts(course: CoursePage, student: User) -> None:
    start_timed(course, student, at=timezone.now() - timedelta(hours=1))
    submit_overdue_attempts()
    assert not Attempt.objects.under_way().exists()


def test_attempt_of_a_student_who_left_is_closed_too(course: CoursePage, student: User) -> None:
    start_timed(course, student, at=timezone.now() - timedelta(hours=1))
    course.enrollments.update(state="withdrawn")
    assert close_overdue() == 1


@pytest.mark.parametrize(
    "forged", [{"points": Decimal(4)}, {"points": Decimal(-1)}, {"submitted_at": None}]
)
def test_points_out_of_range_break_a_constraint(attempt: Attempt, forged: dict[str, Any]) -> None:
    submit_attempt(attempt=attempt)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(**forged)


def test_handing_in_costs_the_same_for_few_and_many_questions(
    course: CoursePage, student: User
) -> None:
    counts = []
    for size in (3, 30):
        attempt = start_attempt(quiz=make_quiz(course, questions=size), student=student)
        answer_all(attempt, right=size)
        with CaptureQueriesContext(connection) as queries:
            submit_attempt(attempt=attempt)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_withdrawn_quiz_lets_a_running_attempt_finish(quiz: Quiz, attempt: Attempt) -> None:
    Quiz.objects.update(published=False)
    answer_all(attempt, right=3)
    assert submit_attempt(attempt=attempt).points == 3
