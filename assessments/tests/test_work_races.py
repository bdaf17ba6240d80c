"""At the same moment, in real transactions: two graders, two hand-ins, many first draws."""

from functools import partial
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from assessments.models import (
    Assignment,
    Grade,
    GradeEvent,
    Question,
    QuestionVersion,
    Submission,
    SubmissionFile,
    SubmissionTry,
)
from assessments.services.authoring import hold_questions, versions_for
from assessments.services.submissions import grade_submission, hand_in
from assessments.tests.factories import (
    make_assignment,
    make_quiz,
    options_of,
)
from core.errors import Conflict
from core.tests.races import at_once
from core.tests.samples import SAMPLES, upload
from learning.models import CoursePage
from learning.services.activities import publish, sync_after_save
from learning.signals import activity_published

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def assignment(course: CoursePage) -> Assignment:
    return make_assignment(course)


def test_two_graders_at_once_one_is_stored_and_one_is_told(
    assignment: Assignment,
    student: User,
    teacher: User,
) -> None:
    submission = hand_in(assignment=assignment, student=student, text="x").submission
    acts = [
        partial(
            grade_submission,
            submission=submission,
            points=points,
            feedback=f"by {points}",
            by=teacher,
            version=0,
        )
        for points in (60, 70)
    ]
    results = at_once(*acts)
    refused = [result for result in results if isinstance(result, Conflict)]
    stored = [result for result in results if isinstance(result, Grade)]
    assert (len(refused), len(stored)) == (1, 1)
    grade = Grade.objects.get()
    assert (grade.points, grade.version) == (stored[0].points, 1)
    assert "60" in str(refused[0])
    assert "70" in str(refused[0])
    assert GradeEvent.objects.count() == 1


def test_same_hand_in_at_once_is_one_try_and_one_file(
    assignment: Assignment,
    student: User,
) -> None:
    def send() -> SubmissionTry:
        files = [upload("a.pdf", SAMPLES["a.pdf"])]
        return hand_in(assignment=assignment, student=student, files=files)

    assert len({row.pk for row in at_once(*[send] * 6)}) == 1
    assert Submission.objects.get().tries_count == 1
    assert SubmissionFile.objects.count() == 1


def test_hand_ins_at_once_never_exceed_the_tries(
    course: CoursePage,
    student: User,
) -> None:
    limited = make_assignment(course, max_tries=2)
    sends = [
        partial(hand_in, assignment=limited, student=student, text=str(number))
        for number in range(6)
    ]
    results = at_once(*sends)
    assert sum(isinstance(result, Conflict) for result in results) == 4
    assert list(SubmissionTry.objects.values_list("number", flat=True)) == [2, 1]


def test_first_draws_at_once_make_one_version_of_each_question(
    course: CoursePage,
) -> None:
    questions = list(make_quiz(course, questions=5).questions.all())
    results = at_once(*[partial(versions_for, questions)] * 6)
    assert QuestionVersion.objects.count() == 5
    assert len({tuple(sorted(row.pk for row in found.values())) for found in results}) == 1


def test_draw_while_the_author_saves_is_never_half_of_each(
    course: CoursePage,
) -> None:
    quiz = make_quiz(course, questions=1)
    question = quiz.questions.get()

    @transaction.atomic
    def save() -> None:
        fresh = Question.objects.get(pk=question.pk)
        fresh.text = "Changed?"
        fresh.definition = options_of(["Changed A", "Changed B"])
        fresh.save()

    at_once(save, *[partial(versions_for, [question])] * 5)
    for version in QuestionVersion.objects.all():
        texts = [version.content["text"], *(row["text"] for row in version.content["options"])]
        assert len({text.startswith("Changed") for text in texts}) == 1


def test_authors_and_learners_at_once_wait_for_each_other_in_one_order(
    course: CoursePage,
) -> None:
    quiz = make_quiz(course, questions=12)
    questions = list(quiz.questions.all())
    for place, question in enumerate(reversed(questions)):
        quiz.slots.filter(question=question).update(position=place)

    @transaction.atomic
    def save() -> None:
        hold_questions(Question.objects.filter(slots__quiz=quiz))
        for row in quiz.questions.order_by("slots__position"):
            row.text = f"Changed {row.pk}"
            row.save()

    at_once(*[save] * 2, *[partial(versions_for, questions)] * 4)
    assert QuestionVersion.objects.filter(question__in=questions).count() >= 12


def test_publishing_at_once_is_announced_once(
    course: CoursePage,
) -> None:
    quiz = make_quiz(course, published=False)
    announced: list[int] = []

    def listen(**kwargs: Any) -> None:
        announced.append(kwargs["activity"].pk)

    activity_published.connect(listen)
    try:
        at_once(
            *[partial(publish, activity=quiz)] * 4, *[partial(sync_after_save, activity=quiz)] * 2
        )
    finally:
        activity_published.disconnect(listen)
    assert announced == [quiz.pk]
