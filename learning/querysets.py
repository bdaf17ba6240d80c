"""Which rows: filters that are used in more than one place."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db import models
from django.db.models import Q
from wagtail.models import PageManager, PageQuerySet

from learning.capabilities import Capability, roles_with


def below(paths: Iterable[str]) -> Q:
    """Pages at these tree paths and under them; of no path none."""
    return reduce(or_, (Q(path__startswith=path) for path in paths), Q(pk__in=[]))


def published_once(lessons: PageQuerySet) -> PageQuerySet:
    """Lessons that are live or were. A draft that nobody published places nothing yet."""
    return lessons.filter(Q(live=True) | Q(first_published_at__isnull=False))


class CourseQuerySet(PageQuerySet):
    """Courses."""

    def visible(self) -> Self:
        """Courses that everybody may know of: live and not archived."""
        return self.live().filter(archived_at__isnull=True)

    def with_member(self, user: Any) -> Self:
        """Courses whose team `user` is on now, in any role, whatever their state."""
        return self._of_teams(user)

    def where_can(self, user: Any, capability: Capability) -> Self:
        """Courses in which `user` has this capability now: an administrator in all."""
        if getattr(user, "is_admin", False):
            return self
        # In one filter: with two, another member's role would do.
        return self._of_teams(user, team__role__in=roles_with(capability))

    def _of_teams(self, user: Any, **conditions: Any) -> Self:
        if not user.is_active or getattr(user, "role", "") != "teacher":
            return self.none()
        return self.filter(team__user=user, **conditions)

    def looked_after_by(self, user: Any) -> Self:
        """Courses that the CMS lists for `user`: an administrator's are all."""
        return self if getattr(user, "is_admin", False) else self.with_member(user)


CourseManager = PageManager.from_queryset(CourseQuerySet)


class ActivityQuerySet(models.QuerySet):
    """Activities of all kinds, or of one."""

    def published(self) -> Self:
        """Activities that students of the course may see."""
        return self.filter(published=True, archived=False)

    def ending_by(self, moment: datetime) -> Self:
        """What is due by then, or closes without a due date. Single students may have longer."""
        return self.filter(Q(due_at__lte=moment) | Q(due_at__isnull=True, closes_at__lte=moment))

    def unannounced(self) -> Self:
        """Published in a course that is open, and nobody was told yet."""
        waiting = self.published().filter(announced_at__isnull=True)
        return waiting.filter(course__live=True, course__archived_at__isnull=True)


class CourseTeamQuerySet(models.QuerySet):
    """Team rows."""

    def in_force(self) -> Self:
        """Rows that give rights now: losing the role or being deactivated ends them at once.

        An administrator has every right without them, and is nobody's teacher.
        """
        return self.filter(user__is_active=True, user__role="teacher")

    def leading(self) -> Self:
        """Rows of lead teachers: those who are named as the course's teachers."""
        return self.in_force().filter(role="lead")

    def with_capability(self, capability: Capability) -> Self:
        """Rows that give this capability now."""
        return self.in_force().filter(role__in=roles_with(capability))


class EnrollmentQuerySet(models.QuerySet):
    """Enrollments."""

    def admitted(self) -> Self:
        """Those whose state lets a student read the course: active or completed."""
        return self.filter(Q(state="active") | Q(state="completed"))

    def reading(self) -> Self:
        """Students who may read their course: admitted, and students still."""
        return self.admitted().filter(student__is_active=True, student__role="student")

    def active(self) -> Self:
        """Students who are learning and not done yet."""
        return self.reading().filter(state="active")

    def for_course(self, course: Any) -> Self:
        """Enrollments of one course, given as the page or its key."""
        return self.filter(course=course)
