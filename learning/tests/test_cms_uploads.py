"""Pictures and files in the CMS: checked by content, kept in the course's own collection."""

import struct
import zlib
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection

from accounts.models import User
from accounts.tests.factories import TeacherFactory
from learning.models import CourseDocument, CourseImage
from learning.services.editor_rights import LIBRARY_NAME
from learning.services.teams import add_member
from learning.tests.cms_world import CmsWorld, make_image, png

SignIn = Callable[[User], Client]

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
ADD_PAGES = ["wagtailimages:add", "wagtaildocs:add"]


def flood() -> bytes:
    """A small file that says it is a picture of 400 megapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def upload(client: Client, view: str, name: str, content: bytes, **values: object) -> object:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse(view), {"title": "New", "file": file, **values})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", SVG),
        ("drawing.png", SVG),
        ("page.png", HTML),
        ("page.html", HTML),
        ("photo.jpg", png()),
        ("flood.png", flood()),
        ("empty.png", b""),
    ],
)
def test_picture_when_of_a_wrong_kind_is_refused_beside_the_field(
    world: CmsWorld, client_of: SignIn, name: str, content: bytes
) -> None:
    response = upload(client_of(world.ben), "wagtailimages:add", name, content)
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert not CourseImage.objects.filter(title="New").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", HTML),
        ("page.pdf", HTML),
        ("drawing.svg", SVG),
        ("drawing.txt", b"\x00\x01\x02binary"),
        ("tool.exe", b"MZ\x90\x00" + b"\x00" * 60),
    ],
)
def test_file_when_of_a_wrong_kind_is_refused_beside_the_field(
    world: CmsWorld, client_of: SignIn, name: str, content: bytes
) -> None:
    response = upload(client_of(world.ben), "wagtaildocs:add", name, content)
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert not CourseDocument.objects.filter(title="New").exists()


def test_picture_when_too_large_is_refused_with_the_limit(
    world: CmsWorld, client_of: SignIn
) -> None:
    content = png() + b"\0" * (10 * 1024 * 1024)
    response = upload(client_of(world.ben), "wagtailimages:add", "big.png", content)
    assert "10.0" in str(response.context["form"].errors["file"])


def test_picture_when_a_pixel_flood_is_refused_with_the_limit(
    world: CmsWorld, client_of: SignIn
) -> None:
    response = upload(client_of(world.ben), "wagtailimages:add", "flood.png", flood())
    assert "25" in str(response.context["form"].errors["file"])


def test_several_pictures_when_uploaded_at_once_are_each_checked(
    world: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(world.ben)
    for name, content, good in (("a.png", png(), True), ("b.png", SVG, False)):
        file = SimpleUploadedFile(name, content)
        data = {"files[]": file, "title": "New"}
        answer = client.post(reverse("wagtailimages:add_multiple"), data).json()
        assert answer["success"] is good, answer
    assert CourseImage.objects.get(title="New").collection_id == world.b.course.collection_id


def test_uploads_when_good_go_to_the_own_collection(world: CmsWorld, client_of: SignIn) -> None:
    client = client_of(world.ben)
    assert upload(client, "wagtailimages:add", "a.png", png()).status_code == 302
    assert upload(client, "wagtaildocs:add", "a.pdf", b"%PDF-1.4 text").status_code == 302
    own = world.b.course.collection_id
    assert CourseImage.objects.get(title="New").collection_id == own
    assert CourseDocument.objects.get(title="New").collection_id == own


def test_replaced_file_when_of_a_wrong_kind_keeps_the_old_one(
    world: CmsWorld, client_of: SignIn
) -> None:
    image = world.b.image
    address = reverse("wagtailimages:edit", args=[image.pk])
    file = SimpleUploadedFile("new.png", SVG)
    response = client_of(world.ben).post(address, {"title": "Changed", "file": file})
    assert response.status_code == 200
    assert CourseImage.objects.get(pk=image.pk).title == image.title
    assert image.file.storage.exists(image.file.name)


def test_chooser_upload_when_of_a_wrong_kind_is_refused(world: CmsWorld, client_of: SignIn) -> None:
    file = SimpleUploadedFile("x.png", HTML)
    data = {"image-chooser-upload-title": "New", "image-chooser-upload-file": file}
    client_of(world.ben).post(reverse("wagtailimages_chooser:create"), data)
    assert not CourseImage.objects.filter(title="New").exists()


def test_co_teacher_of_two_courses_when_uploading_chooses_between_the_two(
    world: CmsWorld, client_of: SignIn
) -> None:
    add_member(course=world.a.course, user=world.ben, role="teacher", by=world.ann)
    response = client_of(world.ben).get(reverse("wagtailimages:add"))
    offered = set(response.context["form"].fields["collection"].queryset)
    assert offered == {world.a.course.collection, world.b.course.collection}


def test_shared_library_when_a_teacher_looks_can_be_chosen_from_but_not_changed(
    world: CmsWorld, client_of: SignIn
) -> None:
    library = Collection.objects.get(name=LIBRARY_NAME)
    shared = make_image(world.a.course, "Shared leaf", world.admin)
    CourseImage.objects.filter(pk=shared.pk).update(collection=library)
    client = client_of(world.ben)
    chosen = client.get(reverse("wagtailimages_chooser:chosen", args=[shared.pk]))
    assert chosen.status_code == 200
    assert "Shared leaf" in client.get(reverse("wagtailimages_chooser:choose")).json()["html"]
    edit = reverse("wagtailimages:edit", args=[shared.pk])
    assert client.get(edit).status_code in (302, 404)
    assert client.post(edit, {"title": "Mine"}).status_code in (302, 404)
    assert CourseImage.objects.get(pk=shared.pk).title == "Shared leaf"


@pytest.mark.parametrize(
    "view",
    [
        *("wagtailimages:index", "wagtailimages:add", "wagtailimages:add_multiple"),
        *("wagtailimages_chooser:choose", "wagtailimages_chooser:create"),
        *("wagtaildocs:index", "wagtaildocs:add", "wagtaildocs:add_multiple"),
        *("wagtaildocs_chooser:choose", "wagtaildocs_chooser:create"),
    ],
)
def test_file_pages_when_a_teacher_has_no_course_yet_answer_without_error(
    world: CmsWorld, client_of: SignIn, view: str
) -> None:
    client = client_of(TeacherFactory())
    assert client.get(reverse(view)).status_code in (200, 302, 404)
    assert client.post(reverse(view), {"title": "New"}).status_code in (200, 302, 404, 405)


def test_collection_of_a_course_when_deleted_by_an_administrator_is_kept(
    world: CmsWorld, client_of: SignIn
) -> None:
    CourseImage.objects.all().delete()
    CourseDocument.objects.all().delete()
    address = reverse("wagtailadmin_collections:delete", args=[world.b.course.collection_id])
    assert client_of(world.admin).post(address).status_code in (200, 302, 403)
    assert Collection.objects.filter(pk=world.b.course.collection_id).exists()
