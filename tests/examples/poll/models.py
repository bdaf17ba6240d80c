from django.db import models

from learning.models import Activity


class Poll(Activity):
    """One question, answered by yes or no. Taking part is worth one point."""

    activity_kind = "poll"

    activity_ptr = models.OneToOneField(
        Activity, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="+"
    )
    question = models.CharField(max_length=200)
    yes_count = models.PositiveIntegerField(default=0, editable=False)
    no_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = "poll"
        verbose_name_plural = "polls"
