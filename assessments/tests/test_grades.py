from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from assessments.models import Grade, GradeEvent, GradeItem, Quiz
from assessments.services.attempts import start_attempt, submit_attempt
from assessments.services.grades import item_for, record_grade
from assessments.signals import grade_released
from assessments.tests.factories import make_assignment, make_question, make_quiz
from core.errors import Conflict, InvalidInput
from learning.models import CoursePage


@pytest.fixture
def item(course: CoursePage) -> GradeItem:
    return item_for(make_assignment(course, max_points=20))


@pytest.fixture
def released() -> Any:
    """The grades that were sent out."""
    grades: list[Grade] = []

    def note(*, grade: Grade, **kwargs: Any) -> None:
        grades.append(grade)

    grade_released.connect(note)
    yield grades
    grade_released.disconnect(note)


def test_item_is_made_once_and_follows_title_and_points(course: CoursePage, quiz: Quiz) -> None:
    item = item_for(quiz)
    assert (item.title, item.max_points, item.course_id) == ("Water", 3, course.pk)
    quiz.title = "Rain"
    quiz.save()
    make_question(quiz, points=Decimal("1.5"))
    again = item_for(quiz)
    assert again.pk == item.pk
    assert (again.title, again.max_points) == ("Rain", Decimal("4.5"))
    assert GradeItem.objects.get() == item


def test_item_of_an_assignment_has_its_points(item: GradeItem) -> None:
    assert (item.activity.kind, item.max_points) == ("assignment", 20)


def test_first_grade_has_version_one_and_an_event(
    item: GradeItem, student: User, teacher: User, released: list[Grade]
) -> None:
    grade = record_grade(
        item=item, student=student, points="12.5", by=teacher, version=0, feedback=" Good. "
    )
    grade.refresh_from_db()
    assert (grade.points, grade.version, grade.feedback) == (Decimal("12.5"), 1, "Good.")
    assert grade.graded_by == teacher
    event = GradeEvent.objects.get()
    assert (event.grade, event.actor) == (grade, teacher)
    assert (event.old_points, event.new_points) == (None, Decimal("12.5"))
    assert released == [grade]


def test_change_counts_the_version_and_keeps_the_history(
    item: GradeItem, student: User, teacher: User
) -> None:
    first = record_grade(item=item, student=student, points=10, by=teacher)
    second = record_grade(
        item=item,
        student=student,
        points=12,
        by=teacher,
        version=first.version,
        reason="Counted again",
    )
    assert second.version == 2
    event = GradeEvent.objects.last()
    assert (event.old_points, event.new_points, event.reason) == (10, 12, "Counted again")


def test_same_grade_again_is_no_change(
    item: GradeItem, student: User, teacher: User, released: list[Grade]
) -> None:
    for _time in range(2):
        grade = record_grade(
            item=item, student=student, points=10, by=teacher, version=0, feedback="Good."
        )
        assert grade.version == 1
    assert GradeEvent.objects.count() == 1
    assert len(released) == 1


def test_version_of_before_somebody_elses_change_is_a_conflict_that_names_both(
    item: GradeItem, student: User, teacher: User
) -> None:
    seen = record_grade(item=item, student=student, points=10, by=teacher)
    record_grade(item=item, student=student, points=12, by=teacher, version=seen.version)
    with pytest.raises(Conflict, match=r"it is 12 now, you wrote 7\.5"):
        record_grade(item=item, student=student, points="7.50", by=teacher, version=seen.version)
    assert Grade.objects.get().points == 12
    assert GradeEvent.objects.count() == 2


def test_first_grade_of_two_graders_is_a_conflict_for_the_second(
    item: GradeItem, student: User, teacher: User
) -> None:
    record_grade(item=item, student=student, points=10, by=teacher, version=0)
    with pytest.raises(Conflict):
        record_grade(item=item, student=student, points=11, by=teacher, version=0)


def test_conflict_on_a_grade_that_does_not_exist_leaves_nothing(
    item: GradeItem, student: User, teacher: User
) -> None:
    with pytest.raises(Conflict, match="it is no points now"):
        record_grade(item=item, student=student, points=11, by=teacher, version=3)
    assert not Grade.objects.exists()


def test_feedback_left_out_stays_and_alone_is_a_change(
    item: GradeItem, student: User, teacher: User
) -> None:
    record_grade(item=item, student=student, points=10, by=teacher, feedback="Good.")
    assert record_grade(item=item, student=student, points=11, by=teacher).feedback == "Good."
    grade = record_grade(item=item, student=student, points=11, by=teacher, feedback="Better.")
    assert (grade.version, grade.feedback) == (3, "Better.")


def test_points_can_be_taken_back(item: GradeItem, student: User, teacher: User) -> None:
    record_grade(item=item, student=student, points=10, by=teacher)
    assert record_grade(item=item, student=student, points=None, by=teacher).points is None
    assert GradeEvent.objects.last().new_points is None


@pytest.mark.parametrize(
    "points",
    [
        "-1",
        "-0.01",
        "20.01",
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "1e400",
        "1e-400",
        "1.001",
        "ten",
        "",
        "1,5",
        "9" * 10_000,
        float("nan"),
        float("inf"),
        [],
        {},
    ],
)
def test_points_that_cannot_be_given_are_refused(
    item: GradeItem, student: User, teacher: User, points: Any
) -> None:
    with pytest.raises(InvalidInput) as refused:
        record_grade(item=item, student=student, points=points, by=teacher)
    assert refused.value.field == "points"
    assert not Grade.objects.exists()


@pytest.mark.parametrize(
    ("points", "stored"), [("0", 0), ("-0", 0), ("20", 20), ("2e1", 20), ("1.50", 1.5)]
)
def test_points_at_the_edges_are_taken(
    item: GradeItem, student: User, teacher: User, points: str, stored: float
) -> None:
    grade = record_grade(item=item, student=student, points=points, by=teacher)
    assert grade.points == Decimal(str(stored))
    assert not str(grade.points).startswith("-")


def test_too_long_feedback_is_refused(item: GradeItem, student: User, teacher: User) -> None:
    with pytest.raises(InvalidInput) as refused:
        record_grade(item=item, student=student, points=1, by=teacher, feedback="x" * 20_001)
    assert refused.value.field == "feedback"


def test_feedback_loses_what_the_database_cannot_hold(
    item: GradeItem, student: User, teacher: User
) -> None:
    grade = record_grade(item=item, student=student, points=1, by=teacher, feedback="a\x00b")
    assert grade.feedback == "ab"


def test_grade_of_an_unreleased_item_tells_nobody(
    item: GradeItem, student: User, teacher: User, released: list[Grade]
) -> None:
    item.released = False
    item.save()
    record_grade(item=item, student=student, points=10, by=teacher)
    assert released == []
    assert GradeEvent.objects.count() == 1


@pytest.mark.parametrize("points", [Decimal(-1), Decimal(21)])
def test_points_out_of_range_break_a_constraint(
    item: GradeItem, student: User, teacher: User, points: Decimal
) -> None:
    grade = record_grade(item=item, student=student, points=10, by=teacher)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grade.objects.filter(pk=grade.pk).update(marked_points=points)


@pytest.fixture
def computed(quiz: Quiz) -> GradeItem:
    """The item of a quiz of three questions, which marks itself."""
    return item_for(quiz)


def test_points_that_a_teacher_gives_survive_the_next_computed_ones(
    computed: GradeItem, student: User, teacher: User
) -> None:
    record_grade(item=computed, student=student, points=1, by=None)
    record_grade(item=computed, student=student, points=2, by=teacher, reason="Question 3 is wrong")
    grade = record_grade(item=computed, student=student, points=3, by=None)
    assert (grade.points, grade.marked_points, grade.override_points) == (2, 3, 2)
    assert (grade.override_by, grade.override_reason) == (teacher, "Question 3 is wrong")
    assert grade.graded_by == teacher
    steps = list(grade.events.values_list("old_points", "new_points", "actor"))
    assert steps == [(None, 1, None), (1, 2, teacher.pk), (2, 2, None)]


def test_override_that_is_taken_back_leaves_the_computed_points(
    computed: GradeItem, student: User, teacher: User
) -> None:
    record_grade(item=computed, student=student, points=1, by=None)
    record_grade(item=computed, student=student, points=2, by=teacher)
    grade = record_grade(item=computed, student=student, points=None, by=teacher)
    assert (grade.points, grade.override_points, grade.override_by) == (1, None, None)


def test_computed_points_under_an_override_tell_nobody(
    computed: GradeItem, student: User, teacher: User, released: list[Grade]
) -> None:
    record_grade(item=computed, student=student, points=2, by=teacher)
    record_grade(item=computed, student=student, points=3, by=None)
    assert len(released) == 1


def test_override_stays_possible_when_the_quiz_has_become_smaller(
    computed: GradeItem, student: User, teacher: User
) -> None:
    record_grade(item=computed, student=student, points=3, by=teacher)
    grade = record_grade(item=computed, student=student, points=1, by=None, max_points=Decimal(2))
    assert (grade.points, grade.marked_points, grade.max_points) == (3, 1, 3)


@pytest.mark.parametrize("points", [Decimal(-1), Decimal(4)])
def test_override_out_of_range_or_without_a_person_breaks_a_constraint(
    computed: GradeItem, student: User, teacher: User, points: Decimal
) -> None:
    grade = record_grade(item=computed, student=student, points=1, by=None)
    rows = Grade.objects.filter(pk=grade.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(override_points=points, override_by=teacher)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(override_points=1)


def test_next_attempt_leaves_a_teachers_points(
    course: CoursePage, student: User, teacher: User
) -> None:
    quiz = make_quiz(course, max_attempts=None)
    submit_attempt(attempt=start_attempt(quiz=quiz, student=student))
    record_grade(item=item_for(quiz), student=student, points=2, by=teacher)
    submit_attempt(attempt=start_attempt(quiz=quiz, student=student))
    assert Grade.objects.get().points == 2
