"""What the apps below report becomes messages for the right people."""

from accounts.tests.factories import StudentFactory, TeacherFactory
from assessments.services.grades import item_for, record_grade
from assessments.tests.factories import make_assignment
from learning.models import CoursePage
from learning.services.enrollment import leave_course
from learning.tests.factories import enroll
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
