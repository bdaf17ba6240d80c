import io
import random
import time
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import translation

from core.kinds import DIRECTORY_BYTES, KINDS, detect_kind, extension_of, kind_for_name
from core.tests.samples import SAMPLES, archive, office, picture, png_header, upload
from core.uploads import UploadPolicy, check_upload

MB = 1024 * 1024
EVERYTHING = UploadPolicy(max_bytes=5 * MB, kinds=KINDS)


def refusal(name: str, content: bytes, policy: UploadPolicy = EVERYTHING) -> tuple[str | None, str]:
    """The code and the words with which a file is refused."""
    with pytest.raises(ValidationError) as caught:
        check_upload(upload(name, content), policy)
    return caught.value.code, caught.value.messages[0]


@pytest.mark.parametrize("name", SAMPLES)
def test_file_of_a_known_kind_is_known_by_its_content(name: str) -> None:
    file = upload(name, SAMPLES[name])
    kind = check_upload(file, EVERYTHING)
    assert extension_of(name) in kind.extensions
    assert file.tell() == 0


def test_every_kind_has_a_sample() -> None:
    assert {kind_for_name(name) for name in SAMPLES} == set(KINDS.values())


@pytest.mark.parametrize("name", SAMPLES)
def test_file_that_promises_another_kind_is_refused(name: str) -> None:
    code, words = refusal("homework.exe", SAMPLES[name])
    assert code == "name"
    assert "the name of the file must end in ." in words


@pytest.mark.parametrize(
    "name", ["noextension", ".pdf", "a.pdf.html", "a.pdf ", "a.xhtml", "a.svg"]
)
def test_file_with_another_ending_is_refused_whatever_its_content(name: str) -> None:
    assert refusal(name, SAMPLES["a.pdf"])[0] == "name"


def test_ending_in_capitals_is_the_same() -> None:
    assert check_upload(upload("A.B.PDF", SAMPLES["a.pdf"]), EVERYTHING).name == "pdf"


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\xef\xbb\xbf\n\t <HTML><body onload=alert(1)>",
        b"<script>alert(1)</script>",
        b"</p><img src=x onerror=alert(1)>",
        "<svg/>".encode("utf-16"),
        b"text with a NUL \x00 in it",
        b"latin-1: gr\xfc\xdfe",
        b"a sign cut in two at the end \xe2\x82",
        b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 60,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        b"Rar!\x1a\x07\x00" + b"\x00" * 30,
        b"PK\x03\x04 and then nothing that is a ZIP",
        office("word/document.xml", **{"word/vbaProject.bin": "macro"}),
        archive({"[Content_Types].xml": "<Types/>", "other/part.xml": "<x/>"}),
        archive({"mimetype": "application/vnd.oasis.opendocument.text-master"}),
        archive({"mimetype": "application/epub+zip" + " " * 99_999}, zipfile.ZIP_LZMA),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a.png", "a.docx", "a.zip", "a.svg"])
def test_content_that_is_no_kind_of_ours_is_refused_under_any_name(
    name: str, content: bytes
) -> None:
    assert refusal(name, content)[0] == "kind"


def test_kind_that_the_policy_leaves_out_is_refused_and_the_others_named() -> None:
    policy = UploadPolicy(max_bytes=MB, kinds={"docx", "pdf", "png"})
    code, words = refusal("a.zip", SAMPLES["a.zip"], policy)
    assert (code, words) == ("kind", "This kind of file is not accepted. Send PDF, Word or PNG.")


def test_text_in_many_chunks_is_read_whole() -> None:
    signs = "₹" * 100_000
    assert check_upload(upload("a.txt", signs.encode()), EVERYTHING).name == "txt"
    assert refusal("a.txt", signs.encode() + b"\x00")[0] == "kind"


def test_file_over_the_limit_is_refused_before_it_is_read() -> None:
    class Unreadable(ContentFile):
        def read(self, *args: object) -> bytes:
            raise AssertionError("read")

    policy = UploadPolicy(max_bytes=10, kinds=["pdf"])
    with pytest.raises(ValidationError) as caught:
        check_upload(Unreadable(b"%PDF-1.7 and more", name="a.pdf"), policy)
    words = caught.value.messages[0].replace("\xa0", " ")
    assert words == "The file is 17 bytes. At most 10 bytes are accepted."


def test_file_of_exactly_the_limit_is_accepted() -> None:
    content = SAMPLES["a.pdf"]
    policy = UploadPolicy(max_bytes=len(content), kinds=["pdf"])
    assert check_upload(upload("a.pdf", content), policy).name == "pdf"


def test_empty_file_is_refused() -> None:
    assert refusal("a.txt", b"") == ("empty", "The file is empty.")


@pytest.mark.parametrize("size", [(6000, 5000), (11_000, 9000), (40_000, 40_000)])
def test_picture_of_too_many_pixels_is_refused_from_its_header(size: tuple[int, int]) -> None:
    code, words = refusal("a.png", png_header(*size))
    assert code == "pixels"
    assert words == "The picture is too large. At most 25 megapixels are accepted."


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_pixel_flood_is_refused_without_being_decoded(kind: str) -> None:
    whole = picture(kind, (5100, 5000))
    half = whole[: len(whole) // 2]  # nobody could decode it
    begin = time.monotonic()
    assert refusal(f"a.{kind.lower()}", half)[0] == "pixels"
    assert time.monotonic() - begin < 1


def test_pixel_flood_in_webp_is_refused() -> None:
    assert refusal("a.webp", picture("WEBP", (5100, 5000)))[0] == "pixels"


def test_picture_of_exactly_the_limit_is_accepted() -> None:
    policy = UploadPolicy(max_bytes=MB, kinds=["png"], max_pixels=12)
    assert check_upload(upload("a.png", picture("PNG", (4, 3))), policy).name == "png"
    assert refusal("a.png", picture("PNG", (13, 1)), policy)[0] == "pixels"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n and then noise"),
        ("a.jpg", b"\xff\xd8\xff\xe0 noise"),
        ("a.gif", b"GIF89a"),
        ("a.webp", b"RIFF\x10\x00\x00\x00WEBPVP8 noise"),
    ],
)
def test_damaged_picture_is_refused(name: str, content: bytes) -> None:
    assert refusal(name, content)[0] == "damaged"


def test_zip_with_an_endless_table_of_contents_is_refused_within_bounds() -> None:
    content = archive({f"{number:060}": "" for number in range(12_000)})
    assert len(content) > 2 * DIRECTORY_BYTES
    assert refusal("a.zip", content)[0] == "kind"


def test_no_noise_breaks_the_check() -> None:
    noise = random.Random(8)
    for content in SAMPLES.values():
        for _round in range(30):
            broken = bytearray(content)
            for _flip in range(8):
                broken[noise.randrange(len(broken))] = noise.randrange(256)
            part = io.BytesIO(broken[: noise.randrange(1, len(broken) + 1)])
            assert detect_kind(part, "a.txt") in {None, *KINDS.values()}


def test_policy_of_an_unknown_kind_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="No such kinds of files: \\['exe'\\]"):
        UploadPolicy(max_bytes=1, kinds={"exe", "pdf"})


def test_policy_describes_itself_for_fields_and_people() -> None:
    policy = UploadPolicy(max_bytes=10 * MB, kinds=["jpeg", "pdf"])
    assert policy.accept() == ".pdf,.jpg,.jpeg"
    assert policy.describe() == "PDF or JPEG"
    assert policy.describe_limit().replace("\xa0", " ") == "10.0 MB"


def test_no_kind_is_served_as_something_that_a_browser_runs() -> None:
    served = {kind.mimes[0] for kind in KINDS.values()}
    assert not {mime for mime in served if "html" in mime or mime.endswith("xml")}
    endings = {ending for kind in KINDS.values() for ending in kind.extensions}
    assert endings.isdisjoint({"html", "htm", "xhtml", "svg", "xml", "js", "mjs", "css", "swf"})


def test_labels_are_translated_when_they_are_shown() -> None:
    with translation.override("de"):
        assert EVERYTHING.describe()
