"""Windows as they are loaded: for one, for many activities, for many students."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.tests.factories import StudentFactory
from learning.models import Activity, CoursePage
from learning.registries import window_exceptions
from learning.schedule import Extension
from learning.tests.factories import make_course
from learning.tests.work import make_assignment, make_quiz
from learning.windows import list_extended, window_for, windows_for, windows_for_students

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.get_default_timezone())
DAY = timedelta(days=1)


@pytest.fixture
def course() -> CoursePage:
    return make_course(lessons=0)


@pytest.fixture
def given() -> Iterator[dict[tuple[int, int], Extension]]:
    """Extensions by activity and student, in force from `NOW` on."""
    extensions: dict[tuple[int, int], Extension] = {}

    def load(
        activities: Collection[int], students: Collection[int] | None, at: datetime
    ) -> Mapping[tuple[int, int], Extension]:
        return {
            (activity, student): extension
            for (activity, student), extension in extensions.items()
            if activity in activities and at >= NOW and (students is None or student in students)
        }

    with window_exceptions.restored():
        window_exceptions.register("test", load)
        yield extensions


def test_window_of_a_quiz_has_its_dates_and_its_limit(course: CoursePage) -> None:
    quiz = make_quiz(course, opens_at=NOW, closes_at=NOW + DAY, time_limit=20)
    window = window_for(quiz, StudentFactory(), NOW)
    assert (window.opens, window.due, window.closes, window.minutes) == (NOW, None, NOW + DAY, 20)
    assert window_for(Activity.objects.get(pk=quiz.pk), AnonymousUser()) == window


def test_window_of_an_assignment_has_no_limit(course: CoursePage) -> None:
    window = window_for(make_assignment(course, due_at=NOW))
    assert (window.due, window.time_limit) == (NOW, None)


def test_windows_of_many_activities_cost_one_query_per_kind_with_limits(
    course: CoursePage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    quizzes = [make_quiz(course, time_limit=minutes) for minutes in (5, 10, 15)]
    make_assignment(course)
    activities = list(Activity.objects.filter(course=course))
    with django_assert_num_queries(1):
        windows = windows_for(activities, StudentFactory.build(pk=1))
    assert [windows[quiz.pk].minutes for quiz in quizzes] == [5, 10, 15]
    with django_assert_num_queries(0):
        assert windows_for(quizzes)[quizzes[0].pk].minutes == 5


def test_extension_is_the_same_for_one_for_many_activities_and_for_many_students(
    course: CoursePage, given: dict[tuple[int, int], Extension]
) -> None:
    quiz = make_quiz(course, closes_at=NOW + DAY, time_limit=20)
    slow, other = StudentFactory.create_batch(2)
    given[quiz.pk, slow.pk] = Extension(closes=NOW + 2 * DAY, extra_time=timedelta(minutes=10))
    longer = window_for(quiz, slow, NOW)
    assert (longer.closes, longer.minutes) == (NOW + 2 * DAY, 30)
    assert windows_for([quiz], slow, NOW) == {quiz.pk: longer}
    plain = window_for(quiz, None, NOW)
    assert windows_for_students(quiz, [slow.pk, other.pk], NOW) == {
        slow.pk: longer,
        other.pk: plain,
    }
    [extended] = list_extended(quiz, NOW).items()
    assert extended == (slow.pk, replace(longer, time_limit=None))
    assert window_for(quiz, slow, NOW - DAY) == plain
