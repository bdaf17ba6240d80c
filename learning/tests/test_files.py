"""Files and pictures: what they are called, and lessons that never show an old one."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection

from accounts.models import User
from accounts.tests.factories import AdminFactory, StudentFactory
from learning.models import CourseDocument, CourseImage, CoursePage, LessonPage, ModulePage
from learning.tests.cms_world import png
from learning.tests.factories import CourseDocumentFactory, LessonPageFactory, enroll, make_course

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]


# -- Names of downloads -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("title", "stored", "shown"),
    [
        ("Worksheet 1", "a.txt", "Worksheet 1.txt"),
        ("Leaves.txt", "a.txt", "Leaves.txt"),
        ("Leaves.TXT", "a.txt", "Leaves.TXT"),
        ("Part 2. Roots", "a.txt", "Part 2. Roots.txt"),
        ("Roots/../Leaves", "a.txt", "Roots_.._Leaves.txt"),
        ("Notes", "notes", "Notes"),
    ],
)
def test_file_when_downloaded_is_called_by_its_title(
    client_of: SignIn, title: str, stored: str, shown: str
) -> None:
    document = CourseDocumentFactory(title=title, file=ContentFile(b"leaves", stored))
    response = client_of(AdminFactory()).get(document.url)
    assert b"".join(response.streaming_content) == b"leaves"
    assert response["Content-Disposition"] == f'attachment; filename="{shown}"'


# -- Files of the shared library ----------------------------------------------------------------
@pytest.fixture
def library() -> Collection:
    """A collection that no course owns."""
    return Collection.objects.get(depth=1).add_child(name="Library")


@pytest.fixture
def picture(library: Collection) -> CourseImage:
    return CourseImage.objects.create(
        title="Leaf", collection=library, file=ImageFile(BytesIO(png()), name="leaf.png")
    )


def make_lesson(*blocks: tuple[str, Any]) -> LessonPage:
    module = ModulePage.objects.child_of(make_course(lessons=0)).get()
    return LessonPageFactory(parent=module, body=list(blocks))


def show(picture: CourseImage) -> tuple[str, Any]:
    image = {"image": picture.pk, "alt_text": "A leaf", "decorative": False}
    block = LessonPage._meta.get_field("body").stream_block.child_blocks["image"]
    return ("image", block.to_python({"image": image, "caption": ""}))


def version_of(lesson: LessonPage) -> int:
    return int(LessonPage.objects.get(pk=lesson.pk).body_version)


def test_library_file_when_renamed_is_linked_anew_in_lessons(
    client_of: SignIn, library: Collection
) -> None:
    document = CourseDocumentFactory(collection=library)
    lesson = make_lesson(("document", {"document": document, "title": ""}))
    course = CoursePage.objects.ancestor_of(lesson).get()
    client = client_of(enroll(StudentFactory(), course).student)
    assert "Worksheet" in client.get(lesson.get_url()).text
    document.title = "Leaves"
    document.save()
    assert "Leaves" in client.get(lesson.get_url()).text


@pytest.mark.parametrize("kind", [CourseDocument, CourseImage])
def test_library_file_when_deleted_drops_the_bodies_that_held_it(
    library: Collection, picture: CourseImage, kind: type
) -> None:
    document = CourseDocumentFactory(collection=library)
    lesson = make_lesson(("document", {"document": document, "title": ""}), show(picture))
    elsewhere = make_lesson(("text", "<p>No file.</p>"))
    before = version_of(lesson), version_of(elsewhere)
    kind.objects.get(pk={CourseDocument: document, CourseImage: picture}[kind].pk).delete()
    assert version_of(lesson) > before[0]
    assert version_of(elsewhere) == before[1]


def test_library_picture_when_replaced_is_shown_anew_in_lessons(
    client_of: SignIn, picture: CourseImage
) -> None:
    lesson = make_lesson(show(picture))
    course = CoursePage.objects.ancestor_of(lesson).get()
    client = client_of(enroll(StudentFactory(), course).student)
    old = picture.get_rendition("width-480").url
    assert old in client.get(lesson.get_url()).text
    replaced = client_of(AdminFactory(is_superuser=True, is_staff=True)).post(
        reverse("wagtailimages:edit", args=[picture.pk]),
        {
            "title": "Leaf",
            "file": SimpleUploadedFile("new.png", png(8, 6)),
            "collection": picture.collection_id,
        },
    )
    assert replaced.status_code == 302
    page = client.get(lesson.get_url()).text
    assert old not in page
    assert CourseImage.objects.get().get_rendition("width-480").url in page


def test_picture_when_it_loses_a_size_drops_the_bodies_that_show_it(
    picture: CourseImage,
) -> None:
    """Wagtail drops them after it has saved a replaced picture: lessons may be read in between."""
    lesson = make_lesson(show(picture))
    rendition = picture.get_rendition("width-480")
    before = version_of(lesson)
    rendition.delete()
    assert version_of(lesson) > before
