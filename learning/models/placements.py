"""What a lesson's body holds, as rows. Written with the body, by `services.placements`."""

from django.db import models
from django.db.models import Q
from wagtail.models import Page

from learning.models.activities import Activity
from learning.models.media import CourseDocument, CourseImage
from learning.models.pages import LessonPage


class LessonActivity(models.Model):
    """An activity that a lesson holds, at any depth of its body. `position` counts from 0."""

    lesson = models.ForeignKey(LessonPage, on_delete=models.CASCADE, related_name="placements")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="placements")
    block_id = models.CharField(max_length=36)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["lesson_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["lesson", "position"], name="learning_lessonactivity_unique_position"
            )
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.activity_id}"


class LessonReference(models.Model):
    """A file, picture or page that a lesson holds or links to: exactly one of the three.

    A document may be downloaded by everybody who may read a lesson that holds it. Pictures and
    pages only tell which rendered bodies are out of date.
    """

    lesson = models.ForeignKey(LessonPage, on_delete=models.CASCADE, related_name="references")
    document = models.ForeignKey(
        CourseDocument, on_delete=models.CASCADE, null=True, related_name="lesson_references"
    )
    image = models.ForeignKey(
        CourseImage, on_delete=models.CASCADE, null=True, related_name="lesson_references"
    )
    page = models.ForeignKey(
        Page, on_delete=models.CASCADE, null=True, related_name="lesson_references"
    )
    block_id = models.CharField(max_length=36)

    class Meta:
        ordering = ["lesson_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(document__isnull=False, image__isnull=True, page__isnull=True)
                | Q(document__isnull=True, image__isnull=False, page__isnull=True)
                | Q(document__isnull=True, image__isnull=True, page__isnull=False),
                name="learning_lessonreference_one_target",
            )
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.document_id or self.image_id or self.page_id}"
