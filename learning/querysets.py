"""Which rows: filters that are used in more than one place."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db import models
from django.db.models import Q
from wagtail.models import PageManager, PageQuerySet

STAFF_ROLES = ("teacher", "admin")
"""Who a place on a team gives rights to. New places are for teachers; some who have one became
administrators since."""


def below(paths: Iterable[str]) -> Q:
    """Pages at these tree paths and under them; of no path none."""
    return reduce(or_, (Q(path__startswith=path) for path in paths), Q(pk__in=[]))


class CourseQuerySet(PageQuerySet):
    """Courses."""

    def visible(self) -> Self:
        """Courses that everybody may know of: live and not archived."""
        return self.live().filter(archived_at__isnull=True)

    def taught_by(self, user: Any) -> Self:
        """Courses whose team `user` is on now, whatever their state."""
        if not user.is_active or getattr(user, "role", "") not in STAFF_ROLES:
            return self.none()
        return self.filter(team__user=user)

    def manageable_by(self, user: Any) -> Self:
        """Courses that `user` may look after: an administrator all, others those they teach."""
        if getattr(user, "is_admin", False):
            return self
        return self.taught_by(user)


CourseManager = PageManager.from_queryset(CourseQuerySet)


class ActivityQuerySet(models.QuerySet):
    """Activities of all kinds, or of one."""

    def published(self) -> Self:
        """Activities that students of the course may see."""
        return self.filter(published=True, archived=False)

    def unannounced(self) -> Self:
        """Published in a course that is open, and nobody was told yet."""
        waiting = self.published().filter(announced_at__isnull=True)
        return waiting.filter(course__live=True, course__archived_at__isnull=True)


class CourseTeamQuerySet(models.QuerySet):
    """Team rows."""

    def in_force(self) -> Self:
        """Rows that give rights now: losing a role or being deactivated ends them at once."""
        return self.filter(user__is_active=True, user__role__in=STAFF_ROLES)

    def leading(self) -> Self:
        """Rows of lead teachers. An administrator's is none: only a teacher is a course's."""
        return self.in_force().filter(role="lead", user__role="teacher")

    def teaching(self) -> Self:
        """Rows of those who may change the course: leads and co-teachers, not graders."""
        return self.in_force().filter(role__in=["lead", "teacher"])


class EnrollmentQuerySet(models.QuerySet):
    """Enrollments."""

    def reading(self) -> Self:
        """Students who may read their course: active or completed, and students still."""
        return self.filter(
            Q(state="active") | Q(state="completed"),
            student__is_active=True,
            student__role="student",
        )

    def active(self) -> Self:
        """Students who are learning and not done yet."""
        return self.reading().filter(state="active")

    def for_course(self, course: Any) -> Self:
        """Enrollments of one course, given as the page or its key."""
        return self.filter(course=course)

    def for_student(self, student: Any) -> Self:
        """Enrollments of one student, given as the user or its key."""
        return self.filter(student=student)

    def in_courses(self, courses: Iterable[Any]) -> Self:
        """Enrollments of any of these courses; a queryset becomes a subquery."""
        return self.filter(course__in=courses)
