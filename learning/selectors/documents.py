"""Where files are used."""

from learning.models import CourseDocument, LessonPage


def get_live_lessons_holding(document: CourseDocument) -> list[LessonPage]:
    """The live lessons whose published body holds this file."""
    return list(LessonPage.objects.live().filter(references__document=document).distinct())
