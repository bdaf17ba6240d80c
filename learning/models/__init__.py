from learning.models.enrollment import Enrollment, EnrollmentEvent, LessonCompletion
from learning.models.media import CourseDocument, CourseImage, CourseRendition
from learning.models.pages import CourseIndexPage, CoursePage, LessonPage, ModulePage
from learning.models.subjects import Subject
from learning.models.teams import CourseTeam

__all__ = [
    "CourseDocument",
    "CourseImage",
    "CourseIndexPage",
    "CoursePage",
    "CourseRendition",
    "CourseTeam",
    "Enrollment",
    "EnrollmentEvent",
    "LessonCompletion",
    "LessonPage",
    "ModulePage",
    "Subject",
]
