from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from assessments.models import Answer, Attempt, Quiz
from assessments.services.answers import save_answer
from assessments.services.attempts import start_attempt, submit_attempt
from assessments.tests.factories import key_of, make_question, make_quiz, wrong_of
from core.errors import Conflict, InvalidInput, NotFound
from learning.models import CoursePage
from learning.schedule import GRACE

SECOND = timedelta(seconds=1)


def save(attempt: Attempt, choice: Any, **options: Any) -> Answer:
    return save_answer(
        attempt=attempt, position=options.pop("position", 1), response={"choice": choice}, **options
    )


def stored(attempt: Attempt, position: int = 1) -> Answer:
    return Answer.objects.get(attempt=attempt, item__position=position)


@pytest.fixture
def timed(course: CoursePage, student: User) -> Attempt:
    return start_attempt(quiz=make_quiz(course, time_limit=10), student=student)


def test_answer_is_stored_with_its_time_and_next_sequence(attempt: Attempt) -> None:
    right, now = key_of(attempt), timezone.now()
    assert save(attempt, right, at=now).sequence == 1
    answer = stored(attempt)
    assert answer.response == {"choice": right}
    assert answer.saved_at == now
    assert answer.points is None


def test_new_answer_replaces_the_old_one(attempt: Attempt) -> None:
    save(attempt, wrong_of(attempt))
    save(attempt, key_of(attempt))
    assert stored(attempt).response == {"choice": key_of(attempt)}
    assert stored(attempt).sequence == 2


def test_empty_choice_takes_the_answer_back(attempt: Attempt) -> None:
    save(attempt, key_of(attempt))
    save(attempt, [])
    assert stored(attempt).response == {}
    assert not stored(attempt).is_given


def test_same_answer_again_changes_nothing(attempt: Attempt) -> None:
    first = save(attempt, key_of(attempt), sequence=0)
    again = save(attempt, key_of(attempt), sequence=0, at=timezone.now() + SECOND)
    assert (again.sequence, again.saved_at) == (first.sequence, first.saved_at)


def test_older_sequence_is_refused_and_the_newer_answer_kept(attempt: Attempt) -> None:
    save(attempt, key_of(attempt), sequence=0)
    with pytest.raises(Conflict, match="newer answer") as refused:
        save(attempt, wrong_of(attempt), sequence=0)
    assert refused.value.field == "sequence"
    assert stored(attempt).response == {"choice": key_of(attempt)}


def test_sequence_as_in_the_page_is_taken_and_counts_on(attempt: Attempt) -> None:
    first = save(attempt, key_of(attempt), sequence=0)
    assert save(attempt, wrong_of(attempt), sequence=first.sequence).sequence == 2


def test_sequence_ahead_of_the_stored_one_is_taken(attempt: Attempt) -> None:
    assert save(attempt, key_of(attempt), sequence=7).sequence == 8
    with pytest.raises(Conflict):
        save(attempt, wrong_of(attempt), sequence=5)


def test_same_answer_under_a_newer_sequence_is_not_passed_by_an_older_one(
    attempt: Attempt,
) -> None:
    save(attempt, key_of(attempt), sequence=17)
    assert save(attempt, key_of(attempt), sequence=19).sequence == 20
    with pytest.raises(Conflict):
        save(attempt, wrong_of(attempt), sequence=18)
    assert stored(attempt).response == {"choice": key_of(attempt)}


@pytest.mark.parametrize("sequence", [-1, 2_000_000_001, 10**30])
def test_impossible_sequence_is_refused(attempt: Attempt, sequence: int) -> None:
    with pytest.raises(InvalidInput):
        save(attempt, key_of(attempt), sequence=sequence)


@pytest.mark.parametrize(
    "choice",
    [
        ["nothing-of-ours"],
        [""],
        [None],
        [1],
        [float("nan")],
        [[]],
        [{}],
        ["x"] * 10_000,
        "abcd",
        None,
        7,
        {"a": 1},
    ],
)
def test_choice_that_the_question_does_not_offer_is_refused(attempt: Attempt, choice: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        save(attempt, choice)
    assert refused.value.field == "choice"
    assert stored(attempt).sequence == 0


def test_option_of_another_question_is_refused(attempt: Attempt) -> None:
    with pytest.raises(InvalidInput):
        save(attempt, key_of(attempt, 2), position=1)


@pytest.mark.parametrize("kind", ["single", "true_false"])
def test_two_options_are_refused_where_one_is_asked(
    course: CoursePage, student: User, kind: str
) -> None:
    quiz = make_quiz(course, questions=0)
    make_question(quiz, kind=kind)
    attempt = start_attempt(quiz=quiz, student=student)
    with pytest.raises(InvalidInput, match="one option only"):
        save(attempt, [*key_of(attempt), *wrong_of(attempt)])


def test_multiple_choice_takes_several_options_but_none_twice(
    course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, questions=0)
    make_question(quiz, kind="multiple", correct=(0, 2))
    attempt = start_attempt(quiz=quiz, student=student)
    right = key_of(attempt)
    save(attempt, right[::-1])
    assert stored(attempt).response == {"choice": right}
    with pytest.raises(InvalidInput):
        save(attempt, [right[0], right[0]])


def test_text_is_refused_where_options_are_asked(attempt: Attempt) -> None:
    with pytest.raises(InvalidInput) as refused:
        save_answer(attempt=attempt, position=1, response={"text": "Water"})
    assert refused.value.field == "text"


@pytest.mark.parametrize("position", [0, 4, 99_999, 10**30])
def test_position_that_is_not_there_is_not_found(attempt: Attempt, position: int) -> None:
    with pytest.raises(NotFound):
        save(attempt, [], position=position)


def test_answer_that_arrives_within_the_grace_is_kept(timed: Attempt) -> None:
    save(timed, key_of(timed), at=timed.deadline + GRACE)
    assert stored(timed).is_given


def test_answer_after_the_grace_is_refused_and_the_attempt_closed(timed: Attempt) -> None:
    with pytest.raises(Conflict, match="Time is up"):
        save(timed, key_of(timed), at=timed.deadline + GRACE + SECOND)
    timed.refresh_from_db()
    assert not timed.is_open
    assert timed.closed_by_clock
    assert not stored(timed).is_given


def test_answer_after_handing_in_is_refused(attempt: Attempt) -> None:
    stale = Attempt.objects.get(pk=attempt.pk)
    submit_attempt(attempt=attempt)
    for view_of_it in (stale, Attempt.objects.get(pk=attempt.pk)):
        with pytest.raises(Conflict, match="has been handed in"):
            save(view_of_it, key_of(attempt))
    assert not stored(attempt).is_given


def test_answer_is_judged_by_the_deadline_that_is_stored(timed: Attempt) -> None:
    forged = Attempt.objects.get(pk=timed.pk)
    forged.deadline += timedelta(hours=5)
    with pytest.raises(Conflict, match="Time is up"):
        save(forged, key_of(timed), at=timed.deadline + GRACE + SECOND)
    assert not stored(timed).is_given


def test_saving_costs_two_queries(quiz: Quiz, attempt: Attempt) -> None:
    right = key_of(attempt)
    with CaptureQueriesContext(connection) as queries:
        save(attempt, right)
    statements = [row["sql"] for row in queries if "SAVEPOINT" not in row["sql"]]
    assert len(statements) == 2


def test_key_is_not_read_while_saving(attempt: Attempt) -> None:
    right = key_of(attempt)
    with CaptureQueriesContext(connection) as queries:
        save(attempt, right)
    assert not [row["sql"] for row in queries if '"key"' in row["sql"]]
