from learning.models.activities import Activity
from learning.models.enrollment import (
    Enrollment,
    EnrollmentCount,
    EnrollmentEvent,
    LessonCompletion,
)
from learning.models.media import CourseDocument, CourseImage, CourseRendition
from learning.models.pages import CourseIndexPage, CoursePage, LessonPage, ModulePage, Subject
from learning.models.placements import LessonActivity, LessonReference
from learning.models.teams import CourseTeam

__all__ = [
    "Activity",
    "CourseDocument",
    "CourseImage",
    "CourseIndexPage",
    "CoursePage",
    "CourseRendition",
    "CourseTeam",
    "Enrollment",
    "EnrollmentCount",
    "EnrollmentEvent",
    "LessonActivity",
    "LessonCompletion",
    "LessonPage",
    "LessonReference",
    "ModulePage",
    "Subject",
]
