"""Two teachers with a course each, and an administrator: what every test of the CMS starts from.

Whatever belongs to the course of Ann carries the word `SECRET`. Nothing that Ben is given may.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image as Picture
from wagtail.models import Page

from accounts.models import User
from accounts.tests.factories import AdminFactory, StudentFactory, TeacherFactory
from learning.models import (
    CourseDocument,
    CourseImage,
    CourseIndexPage,
    CoursePage,
    Enrollment,
    LessonPage,
    ModulePage,
    Subject,
)
from learning.services.courses import ensure_moderation, set_up_course
from learning.services.editor_rights import sync_editor_rights
from learning.tests.factories import enroll

SECRET = "zephyrquark"


@dataclass(frozen=True)
class CourseWorld:
    """A course with one module, one live and one draft lesson, a picture and a file."""

    teacher: User
    course: CoursePage
    module: ModulePage
    lesson: LessonPage
    draft: LessonPage
    image: CourseImage
    document: CourseDocument
    enrollment: Enrollment

    @property
    def pages(self) -> list[Page]:
        return [self.course, self.module, self.lesson, self.draft]


@dataclass(frozen=True)
class CmsWorld:
    index: CourseIndexPage
    admin: User
    a: CourseWorld
    b: CourseWorld

    @property
    def ann(self) -> User:
        return self.a.teacher

    @property
    def ben(self) -> User:
        return self.b.teacher


def build_world() -> CmsWorld:
    sync_editor_rights()
    index = CourseIndexPage.objects.get()
    ensure_moderation(index)
    subject, _created = Subject.objects.get_or_create(name="Botany", slug="botany")
    return CmsWorld(
        index=index,
        admin=AdminFactory(username="ada"),
        a=build_course(index, TeacherFactory(username="ann"), subject, SECRET),
        b=build_course(index, TeacherFactory(username="ben"), subject, "beech"),
    )


def build_course(index: CourseIndexPage, teacher: User, subject: Subject, word: str) -> CourseWorld:
    course = CoursePage(
        title=f"Course {word}", slug=f"course-{word}", summary=f"About {word}", subject=subject
    )
    course.owner = teacher
    index.add_child(instance=course)
    set_up_course(course=course, by=teacher)
    module = ModulePage(title=f"Module {word}", slug=f"module-{word}", owner=teacher)
    course.add_child(instance=module)
    lesson = LessonPage(title=f"Lesson {word}", slug=f"lesson-{word}", owner=teacher)
    lesson.body = [("heading", heading(f"Body {word}"))]
    module.add_child(instance=lesson)
    lesson.save_revision(user=teacher, log_action=True)
    draft = LessonPage(title=f"Draft {word}", slug=f"draft-{word}", owner=teacher, live=False)
    module.add_child(instance=draft)
    draft.save_revision(user=teacher, log_action=True)
    enrollment = enroll(StudentFactory(last_name=word.title()), course)
    return CourseWorld(
        teacher=teacher,
        course=CoursePage.objects.get(pk=course.pk),
        module=module,
        lesson=lesson,
        draft=draft,
        image=make_image(course, f"Picture {word}", teacher),
        document=make_document(course, f"File {word}", teacher),
        enrollment=enrollment,
    )


def heading(text: str) -> Any:
    """A value for the heading block, whichever kind of block it is."""
    block = LessonPage._meta.get_field("body").stream_block.child_blocks["heading"]
    return {"text": text} if hasattr(block, "child_blocks") else text


def publish(page: Page, user: User) -> None:
    """As an administrator's approval does it: teachers have no right to publish."""
    page.save_revision(user=user, log_action=True).publish()


def png(width: int = 4, height: int = 3) -> bytes:
    buffer = BytesIO()
    Picture.new("RGB", (width, height), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def make_image(course: CoursePage, title: str, user: User) -> CourseImage:
    return CourseImage.objects.create(
        title=title,
        collection=course.collection,
        uploaded_by_user=user,
        file=ImageFile(BytesIO(png()), name=f"{title}.png"),
    )


def make_document(course: CoursePage, title: str, user: User) -> CourseDocument:
    return CourseDocument.objects.create(
        title=title,
        collection=course.collection,
        uploaded_by_user=user,
        file=ContentFile(b"%PDF-1.4 test", name=f"{title}.pdf"),
    )


def submit(page: Page, user: User) -> Any:
    """Sends the page's newest version to moderation."""
    page.save_revision(user=user)
    return page.get_workflow().start(page, user)
