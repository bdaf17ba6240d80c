"""Many at once, in real transactions on real connections."""

import pytest

from accounts.models import User
from assessments.models import Answer, Attempt, Grade, GradeEvent, GradeItem, Quiz
from assessments.services.answers import save_answer
from assessments.services.attempts import close_overdue, start_attempt, submit_attempt
from assessments.services.grades import item_for, record_grade
from assessments.signals import grade_released
from assessments.tests.crowds import at_once, failures
from assessments.tests.factories import (
    answer_all,
    key_of,
    make_assignment,
    make_course,
    make_lesson,
    make_quiz,
    make_user,
    wrong_of,
)
from core.errors import Conflict
from learning.models import CoursePage, LessonCompletion
from learning.services.activities import announce
from learning.signals import activity_published

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def student(transactional_db: None) -> User:
    return make_user()


@pytest.fixture
def course(student: User) -> CoursePage:
    return make_course(team=[make_user("teacher")], students=[student])


def test_a_hundred_starts_at_once_are_one_attempt(course: CoursePage, student: User) -> None:
    quiz = make_quiz(course, questions=5, time_limit=10)
    outcomes = at_once([lambda: start_attempt(quiz=quiz, student=student)] * 100)
    assert failures(outcomes) == []
    attempt = Attempt.objects.get()
    assert {(one.pk, one.deadline) for one in outcomes} == {(attempt.pk, attempt.deadline)}
    assert attempt.items.count() == attempt.answers.count() == 5


def test_starts_and_hand_ins_at_once_never_exceed_the_allowed_attempts(
    course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, questions=1, max_attempts=3)

    def start_and_hand_in() -> Attempt:
        return submit_attempt(attempt=start_attempt(quiz=quiz, student=student))

    outcomes = at_once([start_and_hand_in] * 30)
    assert {type(one) for one in failures(outcomes)} <= {Conflict}
    assert sorted(Attempt.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_handing_in_at_once_is_graded_once(course: CoursePage, student: User) -> None:
    quiz = make_quiz(course)
    make_lesson(course, quiz)
    attempt = start_attempt(quiz=quiz, student=student)
    answer_all(attempt, right=2)
    heard: list[Grade] = []
    note = lambda **kwargs: heard.append(kwargs["grade"])  # noqa: E731
    grade_released.connect(note)
    outcomes = at_once([lambda: submit_attempt(attempt=attempt)] * 20)
    grade_released.disconnect(note)
    assert failures(outcomes) == []
    assert {(one.points, one.submitted_at) for one in outcomes} == {
        (outcomes[0].points, outcomes[0].submitted_at)
    }
    assert GradeEvent.objects.count() == len(heard) == 1
    assert LessonCompletion.objects.count() == 1


def test_many_students_handing_in_at_once_are_all_graded(course: CoursePage) -> None:
    """The first grade of a quiz makes its grade item: all of them meet there."""
    quiz = make_quiz(course)
    make_lesson(course, quiz)
    attempts = []
    for _number in range(20):
        student = make_user()
        course.enrollments.create(student=student)
        attempts.append(start_attempt(quiz=quiz, student=student))
    outcomes = at_once([lambda one=one: submit_attempt(attempt=one) for one in attempts])
    assert failures(outcomes) == []
    assert GradeItem.objects.filter(activity=quiz).count() == 1
    assert Grade.objects.count() == LessonCompletion.objects.count() == 20


def test_two_answers_at_once_with_the_same_sequence_keep_one_and_refuse_the_other(
    course: CoursePage, student: User
) -> None:
    attempt = start_attempt(quiz=make_quiz(course), student=student)
    right, wrong = key_of(attempt), wrong_of(attempt)

    def save(choice: list[str]) -> Answer:
        return save_answer(attempt=attempt, position=1, response={"choice": choice}, sequence=0)

    outcomes = at_once([lambda: save(right), lambda: save(wrong)])
    assert [type(one) for one in failures(outcomes)] == [Conflict]
    kept = next(one for one in outcomes if isinstance(one, Answer))
    stored = Answer.objects.get(attempt=attempt, item__position=1)
    assert (stored.response, stored.sequence) == (kept.response, 1)


def test_newest_of_many_answers_at_once_is_kept(course: CoursePage, student: User) -> None:
    attempt = start_attempt(quiz=make_quiz(course), student=student)
    choices = [key_of(attempt), wrong_of(attempt)]

    def save(sequence: int) -> Answer:
        choice = choices[sequence % 2]
        return save_answer(
            attempt=attempt, position=1, response={"choice": choice}, sequence=sequence
        )

    outcomes = at_once([lambda number=number: save(number) for number in range(20)])
    assert {type(one) for one in failures(outcomes)} <= {Conflict}
    assert Answer.objects.get(attempt=attempt, item__position=1).response == {"choice": choices[1]}


def test_answers_without_sequence_at_once_are_all_taken(course: CoursePage, student: User) -> None:
    attempt = start_attempt(quiz=make_quiz(course), student=student)
    choices = [key_of(attempt), wrong_of(attempt)]
    works = [
        lambda choice=choice: save_answer(attempt=attempt, position=1, response={"choice": choice})
        for choice in choices * 10
    ]
    assert failures(at_once(works)) == []


def test_answer_and_hand_in_at_once_leave_points_that_fit_the_answer(
    course: CoursePage, student: User
) -> None:
    for _round in range(10):
        attempt = start_attempt(
            quiz=make_quiz(course, questions=1, max_attempts=None), student=student
        )
        right = key_of(attempt)
        saved, done = at_once(
            [
                lambda a=attempt, r=right: save_answer(
                    attempt=a, position=1, response={"choice": r}
                ),
                lambda a=attempt: submit_attempt(attempt=a),
            ]
        )
        answer = Answer.objects.get(attempt=attempt)
        assert isinstance(saved, Answer | Conflict)
        assert answer.is_given == isinstance(saved, Answer)
        assert answer.points == done.points == (1 if answer.is_given else 0)


def test_sweeps_and_a_hand_in_at_once_close_each_attempt_once(
    course: CoursePage, student: User
) -> None:
    quiz = make_quiz(course, time_limit=10, max_attempts=None)
    attempt = start_attempt(quiz=quiz, student=student)
    Attempt.objects.update(deadline=attempt.started_at.replace(year=2020))
    outcomes = at_once([close_overdue, close_overdue, lambda: submit_attempt(attempt=attempt)] * 3)
    assert failures(outcomes) == []
    assert not Attempt.objects.get().is_open
    assert GradeEvent.objects.count() == 1


@pytest.mark.parametrize("graded_before", [False, True])
def test_two_graders_at_once_lose_nothing_silently(
    course: CoursePage, student: User, graded_before: bool
) -> None:
    item = item_for(make_assignment(course, max_points=20))
    graders = [make_user("teacher"), make_user("teacher")]
    if graded_before:
        record_grade(item=item, student=student, points=5, by=graders[0])
    version = 1 if graded_before else 0

    def grade(by: User, points: int) -> Grade:
        return record_grade(item=item, student=student, points=points, by=by, version=version)

    outcomes = at_once([lambda: grade(graders[0], 10), lambda: grade(graders[1], 15)])
    refused = failures(outcomes)
    assert [type(one) for one in refused] == [Conflict]
    kept = next(one for one in outcomes if isinstance(one, Grade))
    assert Grade.objects.get().points == kept.points
    assert f"it is {kept.points.normalize():f} now" in str(refused[0])
    assert GradeEvent.objects.count() == version + 1


def test_grade_items_asked_for_at_once_are_one(course: CoursePage) -> None:
    quiz = make_quiz(course)
    outcomes = at_once([lambda: item_for(quiz)] * 10)
    assert failures(outcomes) == []
    assert GradeItem.objects.filter(activity=quiz).count() == 1


def test_work_announced_by_two_at_once_is_announced_once(course: CoursePage) -> None:
    quiz = make_quiz(course)
    heard: list[Quiz] = []
    note = lambda **kwargs: heard.append(kwargs["activity"].specific)  # noqa: E731
    activity_published.connect(note)
    outcomes = at_once([lambda: announce(activity=quiz)] * 10)
    activity_published.disconnect(note)
    assert failures(outcomes) == []
    assert (outcomes.count(True), len(heard)) == (1, 1)
