"""Courses for tests: pages below the academy's catalogue, with people in them."""

from typing import Any

import factory
import wagtail_factories
from django.core.files.base import ContentFile
from wagtail.models import Collection, Page

from accounts.models import User
from accounts.tests.factories import StudentFactory, TeacherFactory
from learning.models import (
    CourseDocument,
    CourseIndexPage,
    CoursePage,
    CourseTeam,
    Enrollment,
    LessonPage,
    ModulePage,
    Subject,
)
from learning.services.counts import add_to_counts
from learning.tests.trees import add_page

PARAGRAPH = "<p>Nothing pushes from below hard enough. Something pulls from above.</p>"


def get_course_index() -> CourseIndexPage:
    """The catalogue that every academy has after its migrations."""
    return CourseIndexPage.objects.get()


class SubjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Subject

    name = factory.Sequence(lambda n: f"Subject {n}")
    slug = factory.Sequence(lambda n: f"subject-{n}")


class QuickPageFactory(wagtail_factories.PageFactory):
    class Meta:
        abstract = True

    @classmethod
    def _create_instance(
        cls, model_class: type[Page], parent: Page, kwargs: dict[str, Any]
    ) -> Page:
        return add_page(parent, model_class(**kwargs))


class CoursePageFactory(QuickPageFactory):
    """A live, open course with a collection of its own."""

    class Meta:
        model = CoursePage

    parent = factory.LazyFunction(get_course_index)
    title = factory.Sequence(lambda n: f"Course {n}")
    slug = factory.Sequence(lambda n: f"course-{n}")
    summary = "What a plant does with light, water and time."
    subject = factory.SubFactory(SubjectFactory)

    @classmethod
    def _create_instance(
        cls, model_class: type[CoursePage], parent: Any, kwargs: dict[str, Any]
    ) -> CoursePage:
        kwargs.setdefault("collection", Collection.objects.get(depth=1).add_child(name="Files"))
        return super()._create_instance(model_class, parent, kwargs)


class ModulePageFactory(QuickPageFactory):
    class Meta:
        model = ModulePage

    title = factory.Sequence(lambda n: f"Module {n}")
    slug = factory.Sequence(lambda n: f"module-{n}")


class LessonPageFactory(QuickPageFactory):
    class Meta:
        model = LessonPage

    title = factory.Sequence(lambda n: f"Lesson {n}")
    slug = factory.Sequence(lambda n: f"lesson-{n}")
    body = factory.LazyFunction(lambda: [("text", PARAGRAPH)])
    minutes = 12


class EnrollmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Enrollment

    student = factory.SubFactory(StudentFactory)
    course = factory.SubFactory(CoursePageFactory)


class CourseTeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CourseTeam

    user = factory.SubFactory(TeacherFactory)
    course = factory.SubFactory(CoursePageFactory)
    role = "lead"


class CourseDocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CourseDocument

    title = "Worksheet"
    file_size = 21
    file = factory.LazyFunction(lambda: ContentFile(b"leaves under the lens", "worksheet.txt"))


def make_course(modules: int = 1, lessons: int = 2, **fields: Any) -> CoursePage:
    """A live course with so many modules, and so many lessons in each."""
    course = CoursePageFactory(**fields)
    for _module in range(modules):
        module = ModulePageFactory(parent=course)
        for _lesson in range(lessons):
            LessonPageFactory(parent=module)
        course.refresh_from_db()
    return CoursePage.objects.get(pk=course.pk)


def lessons_of(course: CoursePage) -> list[LessonPage]:
    """The course's lessons, live or not, in their order."""
    return list(LessonPage.objects.descendant_of(course).order_by("path"))


def enroll(student: User, course: CoursePage, **fields: Any) -> Enrollment:
    enrollment = EnrollmentFactory(student=student, course=course, **fields)
    add_to_counts(Enrollment.objects.reading().filter(pk=enrollment.pk))
    return enrollment
