"""Where files are used."""

from learning.models import CourseDocument, CourseImage, CoursePage, LessonPage
from learning.selectors.standing import get_courses_around


def get_live_lessons_holding(document: CourseDocument) -> list[LessonPage]:
    """The live lessons whose published body holds this file."""
    return list(LessonPage.objects.live().filter(references__document=document).distinct())


def list_course_ids_using(file: CourseDocument | CourseImage) -> list[int]:
    """The course that the file belongs to, and every course with a lesson that holds it, or a
    picture of its own."""
    lessons = file.lesson_references.values_list("lesson__path", flat=True)
    owner = CoursePage.objects.filter(collection_id=file.collection_id)
    return list((get_courses_around(lessons) | owner).values_list("pk", flat=True))
