"""What the apps below report becomes messages for the right people."""

from datetime import timedelta

from django.utils import timezone

from accounts.tests.factories import StudentFactory, TeacherFactory
from assessments.services.grades import item_for, record_grade
from assessments.tests.factories import make_assignment, make_quiz
from core.jobs import run_due_jobs
from learning.models import CoursePage, LessonPage, ModulePage
from learning.services.activities import publish
from learning.services.enrollment import leave_course
from learning.tests.factories import LessonPageFactory, ModulePageFactory, enroll
from notifications.models import Notification


def test_student_is_told_of_a_grade_and_of_each_change(course: CoursePage) -> None:
    student, teacher = StudentFactory(), TeacherFactory()
    enroll(student, course)
    item = item_for(make_assignment(course))
    for points in (60, 60, 80):
        record_grade(item=item, student=student, points=points, by=teacher)

    assert Notification.objects.filter(user=student).count() == 2


def test_student_who_left_is_not_told_of_a_grade(course: CoursePage) -> None:
    student = StudentFactory()
    enroll(student, course)
    item = item_for(make_assignment(course))
    leave_course(student=student, course=course)
    record_grade(item=item, student=student, points=60, by=TeacherFactory())

    assert not Notification.objects.exists()


def test_class_is_told_of_an_activity_before_it_opens(course: CoursePage) -> None:
    student = enroll(StudentFactory(), course).student
    quiz = make_quiz(course, opens_at=timezone.now() + timedelta(days=1))
    publish(activity=quiz)
    run_due_jobs()

    assert Notification.objects.filter(user=student).count() == 1


def test_class_is_told_of_a_lesson_that_is_still_there(course: CoursePage) -> None:
    student = enroll(StudentFactory(), course).student
    [here, gone, deleted] = [add_lesson(course) for _lesson in range(3)]
    LessonPage.objects.filter(pk=gone.pk).update(live=False)
    deleted.delete()
    run_due_jobs()

    told = Notification.objects.filter(user=student).select_related("event")
    assert [one.event.key for one in told] == [f"lesson:{here.pk}"]


def add_lesson(course: CoursePage) -> LessonPage:
    """Published in the CMS, and announced; nobody was told yet."""
    module = ModulePage.objects.child_of(course).first() or ModulePageFactory(
        parent=CoursePage.objects.get(pk=course.pk)
    )
    lesson = LessonPageFactory(parent=module)
    lesson.save_revision().publish()
    return lesson
