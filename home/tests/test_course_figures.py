"""The stored figures of courses equal a fresh count, whatever happened before."""

from io import StringIO

from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import Role, User
from accounts.services.people import deactivate_person, reactivate_person
from accounts.services.roles import set_role
from accounts.tests.factories import AdminFactory, StudentFactory, TeacherFactory
from assessments.models import Assignment, Submission
from assessments.services.submissions import grade_submission, hand_in
from assessments.tests.factories import make_assignment
from core.errors import DomainError
from core.jobs import run_due_jobs
from home.selectors.course_figures import with_figures
from learning.models import CoursePage, Enrollment, EnrollmentCount
from learning.services.activities import archive
from learning.services.counts import rebuild_counts
from learning.services.courses import archive_course, restore_course
from learning.services.enrollment import enroll_student, leave_course
from learning.services.progress import complete_lesson, reopen_lesson
from learning.tests.factories import lessons_of, make_course

Figures = tuple[int, float | None, int]


class Academy:
    """A course of two lessons and an assignment, two who may learn in it, and what they may do."""

    def __init__(self) -> None:
        self.course = make_course(lessons=2)
        self.work: Assignment = make_assignment(self.course)
        self.people: list[User] = [StudentFactory(), StudentFactory()]
        self.admin: User = AdminFactory()
        self.teacher: User = TeacherFactory()

    def enroll(self, person: User) -> None:
        enroll_student(student=person, course=self.course)

    def leave(self, person: User) -> None:
        leave_course(student=person, course=self.course)

    def complete(self, person: User) -> None:
        complete_lesson(student=person, lesson=lessons_of(self.course)[0])

    def complete_all(self, person: User) -> None:
        for lesson in lessons_of(self.course):
            complete_lesson(student=person, lesson=lesson)

    def reopen(self, person: User) -> None:
        reopen_lesson(student=person, lesson=lessons_of(self.course)[0])

    def hand_in(self, person: User) -> None:
        hand_in(assignment=self.work, student=person, text="My work", files=[])

    def grade(self, person: User) -> None:
        for submission in Submission.objects.filter(student=person):
            grade_submission(submission=submission, points=5, feedback="", by=self.admin)

    def archive_work(self, _person: User) -> None:
        archive(activity=self.work, by=self.admin)

    def archive_course(self, _person: User) -> None:
        archive_course(course=self.course, by=self.admin)

    def restore_course(self, _person: User) -> None:
        restore_course(course=self.course, by=self.admin)

    def unpublish_lesson(self, _person: User) -> None:
        lessons_of(self.course)[-1].unpublish()
        run_due_jobs()

    def delete_lesson(self, _person: User) -> None:
        last = lessons_of(self.course)[-1]
        if not last.completions.exists():
            last.delete()
            run_due_jobs()

    def deactivate(self, person: User) -> None:
        deactivate_person(user=person, by=self.admin)

    def reactivate(self, person: User) -> None:
        reactivate_person(user=person, by=self.admin)

    def make_teacher(self, person: User) -> None:
        set_role(user=person, role=Role.TEACHER, by=self.admin)

    def make_student(self, person: User) -> None:
        set_role(user=person, role=Role.STUDENT, by=self.admin)

    def rebuild(self, _person: User) -> None:
        rebuild_counts([self.course.pk])


ACTIONS = [name for name in vars(Academy) if not name.startswith("_")]


def stored(course: CoursePage, reader: User) -> Figures:
    row = with_figures(CoursePage.objects.filter(pk=course.pk), reader).get()
    return row.enrolled, row.average, row.waiting


def counted(course: CoursePage) -> Figures:
    required = CoursePage.objects.get(pk=course.pk).required_count
    done = list(
        Enrollment.objects.reading().filter(course=course).values_list("lessons_done", flat=True)
    )
    average = sum(done) * 100 / (len(done) * required) if done and required else None
    waiting = Submission.objects.filter(assignment__course=course, state="submitted").count()
    return len(done), average, waiting


def take_steps(steps: list[tuple[str, int]]) -> None:
    academy = Academy()
    for name, number in steps:
        person = User.objects.get(pk=academy.people[number].pk)
        try:
            getattr(academy, name)(person)
        except DomainError:
            continue
        assert stored(academy.course, academy.admin) == counted(academy.course), name


@settings(
    max_examples=5,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(steps=[(name, 0) for name in ACTIONS])
@example(
    steps=[
        *(("enroll", 0), ("enroll", 1), ("complete_all", 0), ("complete", 1), ("leave", 0)),
        *(("deactivate", 1), ("unpublish_lesson", 1), ("enroll", 0), ("reactivate", 1)),
        *(("make_teacher", 0), ("leave", 0), ("make_student", 0), ("rebuild", 0), ("reopen", 1)),
    ]
)
@given(steps=st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 1)), max_size=8))
def test_stored_figures_equal_a_fresh_count_after_any_steps(
    db: None, steps: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        take_steps(steps)
        transaction.set_rollback(True)


def test_figures_that_went_wrong_when_rebuilt_are_right(db: None) -> None:
    academy = Academy()
    for person in academy.people:
        academy.enroll(person)
    academy.complete(academy.people[0])
    right = stored(academy.course, academy.admin)
    EnrollmentCount.objects.update(students=7, lessons_done=9)
    assert stored(academy.course, academy.admin) != right
    call_command("rebuild_progress", course=academy.course.pk)

    assert stored(academy.course, academy.admin) == right == counted(academy.course)


def test_seeded_courses_store_the_counts_of_their_students(db: None) -> None:
    call_command("seed", courses=3, lessons=5, students=10, enrollments=25, stderr=StringIO())
    reader = AdminFactory()
    for course in CoursePage.objects.all():
        assert stored(course, reader) == counted(course)
    assert sum(EnrollmentCount.objects.values_list("students", flat=True)) == 25
