from django.db import models


class Book(models.Model):
    """A book that a course recommends."""

    course = models.ForeignKey(
        "learning.CoursePage", on_delete=models.CASCADE, related_name="books"
    )
    title = models.CharField(max_length=200)
    author = models.CharField(max_length=200)

    class Meta:
        ordering = ["title", "id"]
        verbose_name = "book"
        indexes = [models.Index(fields=["title", "id"], name="reading_book_title")]

    def __str__(self) -> str:
        return self.title
