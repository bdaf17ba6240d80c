"""Which rows: filters that are used in more than one place."""

from datetime import datetime
from typing import Self

from django.db import models

from assessments.schedule import GRACE
from learning.models import CoursePage


class WorkQuerySet(models.QuerySet):
    """Quizzes and assignments: both are published and archived alike."""

    def published(self) -> Self:
        """Work that students of the course may see."""
        return self.filter(published=True, archived=False)

    def unannounced(self) -> Self:
        """Published in a course that is open, and nobody was told yet."""
        waiting = self.published().filter(announced_at__isnull=True)
        return waiting.filter(course__in=CoursePage.objects.visible())


class AttemptQuerySet(models.QuerySet):
    """Attempts."""

    def under_way(self) -> Self:
        return self.filter(state="open")

    def submitted(self) -> Self:
        return self.filter(state="submitted")

    def overdue(self, now: datetime) -> Self:
        """Under way although their deadline and the grace after it are over."""
        return self.under_way().filter(deadline__lt=now - GRACE)
