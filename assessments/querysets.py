"""Which rows: filters that are used in more than one place."""

from datetime import datetime
from typing import Self

from django.db import models

from learning.schedule import GRACE


class AttemptQuerySet(models.QuerySet):
    """Attempts."""

    def under_way(self) -> Self:
        return self.filter(state="open")

    def submitted(self) -> Self:
        return self.filter(state="submitted")

    def overdue(self, now: datetime) -> Self:
        """Under way although their deadline and the grace after it are over."""
        return self.under_way().filter(deadline__lt=now - GRACE)
