"""Which rows: filters that are used in more than one place."""

from typing import Self

from django.db import models


class WorkQuerySet(models.QuerySet):
    """Quizzes and assignments: both are published and archived alike."""

    def published(self) -> Self:
        """Work that students of the course may see."""
        return self.filter(published=True, archived=False)
