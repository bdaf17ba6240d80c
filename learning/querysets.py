"""Which rows: filters that are used in more than one place."""

from typing import Self

from django.db import models
from django.db.models import Q
from wagtail.models import PageManager, PageQuerySet


class CourseQuerySet(PageQuerySet):
    """Courses."""

    def visible(self) -> Self:
        """Courses that everybody may know of: live and not archived."""
        return self.live().filter(archived_at__isnull=True)

    def taught_by(self, user: models.Model) -> Self:
        """Courses whose team `user` is on, whatever their state."""
        return self.filter(team__user=user)


CourseManager = PageManager.from_queryset(CourseQuerySet)


class CourseTeamQuerySet(models.QuerySet):
    """Team rows."""

    def in_force(self) -> Self:
        """Rows that give rights now: losing a role or being deactivated ends them at once."""
        return self.filter(user__is_active=True, user__role__in=["teacher", "admin"])


class EnrollmentQuerySet(models.QuerySet):
    """Enrollments."""

    def reading(self) -> Self:
        """Students who may read their course: active or completed."""
        return self.filter(Q(state="active") | Q(state="completed"), student__is_active=True)
