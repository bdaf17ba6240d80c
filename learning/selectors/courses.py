"""Which courses somebody's work is in. The predicates for one course are in `permissions`."""

from django.db.models import QuerySet

from accounts.models import User
from learning.models import CoursePage, CourseTeam
from learning.selectors.standing import Person


def get_authored_courses(user: Person) -> QuerySet[CoursePage]:
    """Courses whose quizzes and assignments `user` may write: an administrator's are all."""
    if not isinstance(user, User):
        return CoursePage.objects.none()
    if user.is_admin:
        return CoursePage.objects.all()
    rows = CourseTeam.objects.teaching().filter(user=user)
    return CoursePage.objects.filter(pk__in=rows.values("course"))


def get_graded_courses(user: Person) -> QuerySet[CoursePage]:
    """Courses whose work `user` may look at and grade: also as a grader."""
    if not isinstance(user, User):
        return CoursePage.objects.none()
    if user.is_admin:
        return CoursePage.objects.all()
    rows = CourseTeam.objects.in_force().filter(user=user)
    return CoursePage.objects.filter(pk__in=rows.values("course"))
