"""A class that takes a quiz together, on whatever database the suite runs: SQLite too."""

import pytest

from accounts.models import User
from assessments.models import Answer, Attempt, Grade
from assessments.services.answers import save_answer
from assessments.services.attempts import start_attempt, submit_attempt
from assessments.tests.crowds import at_once, failures
from assessments.tests.factories import enroll, key_of, make_course, make_quiz, make_user

CLASS_SIZE = 32
ROUNDS = 4


@pytest.mark.django_db(transaction=True)
def test_class_that_starts_answers_and_hands_in_together_loses_nothing() -> None:
    course = make_course(team=[make_user("teacher")])
    students = [make_user() for _number in range(CLASS_SIZE)]
    for student in students:
        enroll(student, course)
    quizzes = [make_quiz(course, questions=3) for _number in range(ROUNDS)]

    def take_all(student: User) -> None:
        for quiz in quizzes:
            attempt = start_attempt(quiz=quiz, student=student)
            right = key_of(attempt)
            save_answer(attempt=attempt, position=1, response={"choice": right}, sequence=0)
            submit_attempt(attempt=attempt)

    works = [lambda student=student: take_all(student) for student in students]
    assert failures(at_once(works, most=CLASS_SIZE)) == []
    assert Attempt.objects.handed_in().count() == CLASS_SIZE * ROUNDS
    assert Answer.objects.filter(points=1).count() == CLASS_SIZE * ROUNDS
    assert Grade.objects.filter(points=1).count() == CLASS_SIZE * ROUNDS
