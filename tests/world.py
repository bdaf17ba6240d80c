"""Two courses with everybody in them: what the cross-app tables of addresses are tried on."""

from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from accounts.tests.factories import AdminFactory, StudentFactory, TeacherFactory
from assessments.models import Assignment, Attempt, Quiz, Submission
from assessments.services.attempts import start_attempt, submit_attempt
from assessments.services.submissions import hand_in
from assessments.tests.factories import make_assignment, make_quiz
from learning.models import CourseDocument, CoursePage, LessonPage, ModulePage
from learning.services.courses import set_up_course
from learning.tests.factories import CourseTeamFactory, enroll, lessons_of, make_course
from notifications.kinds import GRADED
from notifications.models import Notification
from notifications.services.notify import Message, notify_user

SECRET = "xylem-secret-8417"
ROLES = ("anonymous", "outsider", "withdrawn", "student", "other_teacher", "teacher", "admin")


@dataclass
class World:
    """Course A is `course`; `outsider` and `other_teacher` are people of course B."""

    course: CoursePage
    people: dict[str, User]
    module: ModulePage
    lesson: LessonPage
    document: CourseDocument
    quiz: Quiz
    assignment: Assignment
    attempt: Attempt
    result: Attempt
    submission: Submission
    notification: Notification

    def client(self, role: str) -> Client:
        """A browser in which this role is signed in."""
        client = Client()
        if role != "anonymous":
            client.force_login(self.people[role])
        return client


def build_world() -> World:
    """Everything that hangs on course A, and the people who may or may not see it."""
    course, other = make_course(title="Course A"), make_course(title="Course B")
    people = {
        "outsider": enroll(StudentFactory(), other).student,
        "withdrawn": enroll(StudentFactory(), course, state="withdrawn").student,
        "student": enroll(StudentFactory(), course).student,
        "other_teacher": CourseTeamFactory(course=other).user,
        "teacher": CourseTeamFactory(course=course, user=TeacherFactory()).user,
        "admin": AdminFactory(),
    }
    set_up_course(course=course, by=people["teacher"])
    document = CourseDocument.objects.create(
        title=f"Sheet {SECRET}",
        file=ContentFile(SECRET.encode(), "sheet.txt"),
        collection=course.collection,
    )
    lesson = _write_lesson(course, document)
    student = people["student"]
    quiz, taken = make_quiz(course, title="Open quiz"), make_quiz(course, title="Taken quiz")
    assignment = make_assignment(course)
    return World(
        course=course,
        people=people,
        module=ModulePage.objects.child_of(course).get(),
        lesson=lesson,
        document=document,
        quiz=quiz,
        assignment=assignment,
        attempt=start_attempt(quiz=quiz, student=student),
        result=submit_attempt(attempt=start_attempt(quiz=taken, student=student)),
        submission=_hand_in(assignment, student),
        notification=_tell(student),
    )


def _write_lesson(course: CoursePage, document: CourseDocument) -> LessonPage:
    lesson = lessons_of(course)[0]
    lesson.body = [
        ("text", f"<p>{SECRET}</p>"),
        ("document", {"document": document, "title": ""}),
    ]
    lesson.save_revision().publish()
    return lesson


def _hand_in(assignment: Assignment, student: User) -> Submission:
    file = SimpleUploadedFile("essay.txt", SECRET.encode(), "text/plain")
    hand_in(assignment=assignment, student=student, text=SECRET, files=[file])
    return Submission.objects.get(assignment=assignment, student=student)


def _tell(student: User) -> Notification:
    notify_user(user=student, message=Message(kind=GRADED, key="grade:0", url="/courses/"))
    return Notification.objects.get(user=student)
