"""Each block as a page shows it, and what none of them lets through."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.blocks import Block

from accounts.tests.factories import AdminFactory
from learning.blocks import LessonBody
from learning.blocks.code import highlight_code
from learning.blocks.registration import block_types
from learning.models import CourseImage, LessonPage
from learning.rendering import render_segments
from learning.tests.cms_world import png
from learning.tests.factories import CourseDocumentFactory, make_course
from learning.video import FrameFinder, find_frame

SCRIPT = "<script>alert(1)</script>"
STREAM = LessonPage.body.field.stream_block


def render(kind: str, value: Any) -> str:
    """The block out of a stored body, as a page renders it."""
    raw = [{"type": kind, "value": value, "id": str(uuid4())}]
    segments = render_segments(STREAM.to_python(raw))
    return "".join(segment.html for segment in segments)


def clean(kind: str, value: Any) -> Any:
    block = STREAM.child_blocks[kind]
    return block.clean(block.normalize(value))


def test_blocks_when_collected_are_one_for_each_registration() -> None:
    assert set(LessonBody().child_blocks) == set(block_types)
    assert len(block_types) == 11


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("heading", {"text": "Water", "level": "2"}, "<h2>Water</h2>"),
        ("heading", {"text": "Water", "level": "3"}, "<h3>Water</h3>"),
        ("text", "<p>Up <b>it</b> goes</p>", "<p>Up <b>it</b> goes</p>"),
        ("callout", {"kind": "tip", "title": "Look", "text": "<p>x</p>"}, "callout--tip"),
        ("quote", {"text": "Look deep", "source": "A. E."}, "<footer>A. E.</footer>"),
        ("code", {"language": "python", "code": "def f(): pass"}, '<span class="k">def</span>'),
        ("link", {"url": "https://example.org/a", "title": "There"}, 'rel="noopener nofollow"'),
        (
            "video",
            {"url": "https://youtu.be/dQw4w9WgXcQ", "title": "Song"},
            'src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"',
        ),
    ],
)
def test_block_when_rendered_is_what_it_is_for(kind: str, value: Any, found: str) -> None:
    assert found in render(kind, value)


def test_table_when_rendered_names_its_headings() -> None:
    value = {
        "data": [["Plant", "Height"], ["Moss", None]],
        "table_caption": "Heights",
        "table_header_choice": "both",
        "first_row_is_table_header": True,
        "first_col_is_header": True,
    }
    html = render("table", value)
    assert "<caption>Heights</caption>" in html
    assert '<th scope="col">Height</th>' in html
    assert '<th scope="row">Moss</th>' in html
    assert "None" not in html


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("heading", {"text": SCRIPT, "level": "2"}),
        ("text", f"<p onclick='x()'>a</p>{SCRIPT}<img src=x onerror=alert(1)>"),
        ("text", '<p><a href="javascript:alert(1)">a</a><a linktype="page" id="0">b</a></p>'),
        ("callout", {"kind": "tip", "title": SCRIPT, "text": SCRIPT}),
        ("quote", {"text": SCRIPT, "source": SCRIPT}),
        ("code", {"language": "html", "code": SCRIPT, "caption": SCRIPT}),
        ("table", {"data": [[SCRIPT, SCRIPT]], "table_caption": SCRIPT}),
        ("link", {"url": "https://example.org/", "title": SCRIPT}),
        ("link", {"url": "javascript:alert(1)", "title": "a"}),
        ("video", {"url": "https://youtu.be/dQw4w9WgXcQ", "title": SCRIPT}),
        ("video", {"url": "javascript:alert(1)//youtu.be/dQw4w9WgXcQ", "title": "a"}),
    ],
)
@pytest.mark.django_db
def test_script_when_written_into_a_block_never_runs(kind: str, value: Any) -> None:
    html = render(kind, value).lower()
    assert "<script" not in html
    assert "onerror" not in html or "&lt;" in html
    assert "onclick" not in html
    assert 'href="javascript' not in html


@pytest.mark.django_db
def test_picture_when_rendered_has_its_words_and_sizes() -> None:
    image = CourseImage(title="Xylem")
    image.file.save("xylem.png", png_file())
    image.save()
    value = {"image": {"image": image.pk, "alt_text": "Vessels", "decorative": False}}
    html = render("image", {**value, "caption": "200 times"})
    assert 'alt="Vessels"' in html
    assert "srcset=" in html
    assert "<figcaption>200 times</figcaption>" in html
    assert "/images/" not in html


def png_file() -> Any:
    return ContentFile(png(1200, 800), "xylem.png")


@pytest.mark.django_db
def test_picture_without_words_when_saved_is_refused() -> None:
    image = CourseImage(title="Xylem")
    image.file.save("xylem.png", png_file())
    image.save()
    value = {"image": {"image": image.pk, "alt_text": "", "decorative": False}, "caption": ""}
    block = STREAM.child_blocks["image"]
    chosen = block.to_python(value)
    with pytest.raises(ValidationError):
        block.clean(chosen)


@pytest.mark.django_db
def test_file_when_rendered_says_what_it_is() -> None:
    document = CourseDocumentFactory(title="Leaves")
    html = render("document", {"document": document.pk, "title": ""})
    assert "Leaves" in html
    assert "TXT, 21\xa0bytes" in html
    assert f'href="{document.url}"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["document", "image"])
def test_file_that_is_gone_when_rendered_is_left_out(kind: str) -> None:
    value = {"document": {"document": 999, "title": "x"}, "image": {"image": {"image": 999}}}
    assert render(kind, value[kind]).strip() == ""


@pytest.mark.parametrize("url", ["ftp://example.org/x", "javascript:alert(1)", "//x", "nonsense"])
def test_link_when_it_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        clean("link", {"url": url, "title": "a"})


def test_code_when_its_language_is_unknown_stays_plain() -> None:
    assert highlight_code("<b>", "no-such-language").strip() == "&lt;b&gt;"


def test_activity_that_is_not_chosen_yet_when_rendered_is_left_out() -> None:
    assert render("activity", {"activity": None}) == ""


@pytest.mark.django_db
def test_script_when_stored_in_a_description_never_runs(client: Client) -> None:
    text = f"<h3 onclick='x()'>Roots</h3><p>a<img src=x onerror=alert(1)></p>{SCRIPT}"
    page = client.get(make_course(description=text).url).text
    assert "<h3>Roots</h3><p>a</p>" in page
    assert "onerror" not in page
    assert "alert(1)" not in page


# -- Video --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("url", "src"),
    [
        (
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3s",
            "youtube-nocookie.com/embed/dQw4w9WgXcQ",
        ),
        ("https://youtube.com/shorts/dQw4w9WgXcQ", "/embed/dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ?si=x", "/embed/dQw4w9WgXcQ"),
        ("http://vimeo.com/76979871", "player.vimeo.com/video/76979871?dnt=1"),
        ("https://vimeo.com/76979871/8272103f6e", "video/76979871?dnt=1&h=8272103f6e"),
        ("https://player.vimeo.com/video/76979871", "player.vimeo.com/video/76979871?dnt=1"),
    ],
)
def test_video_of_a_trusted_provider_when_asked_has_a_frame(url: str, src: str) -> None:
    frame = find_frame(url)
    assert frame is not None
    assert frame.src.endswith(src)
    assert FrameFinder().accept(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://example.org/watch?v=dQw4w9WgXcQ",
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://evil.example/youtu.be/dQw4w9WgXcQ",
        "https://youtu.be@evil.example/dQw4w9WgXcQ",
        "https://user:pass@youtu.be/dQw4w9WgXcQ",
        "https://youtu.be:8443/dQw4w9WgXcQ",
        "https://www.youtube.com/watch?v=short",
        'https://www.youtube.com/watch?v=dQw4w9WgX"Q',
        "https://www.youtube.com/redirect?q=https://evil.example",
        "https://vimeo.com/abc",
        "javascript:alert(1)",
        "ftp://youtu.be/dQw4w9WgXcQ",
        "https://[youtu.be/dQw4w9WgXcQ",
    ],
)
def test_video_of_anybody_else_when_asked_has_none(url: str) -> None:
    assert find_frame(url) is None
    assert not FrameFinder().accept(url)


def test_embed_when_found_brings_no_inline_style() -> None:
    html = FrameFinder().find_embed("https://vimeo.com/76979871")["html"]
    assert "style" not in html
    assert 'title="Vimeo"' in html


# -- The picker ---------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("block", STREAM.child_blocks.values(), ids=lambda block: block.name)
def test_block_when_previewed_in_the_picker_shows_a_sample(block: Block, client: Any) -> None:
    client.force_login(AdminFactory(is_superuser=True, is_staff=True))
    address = reverse("wagtailadmin_block_preview")
    page = client.get(address, {"id": block.definition_prefix})
    assert page.status_code == 200
    assert 'class="prose"' in page.content.decode()
    assert block.meta.description


@pytest.mark.django_db
def test_body_when_stored_as_json_is_read_back() -> None:
    page = LessonPage(title="x", slug="x")
    page.body = json.dumps([{"type": "text", "value": "<p>a</p>", "id": str(uuid4())}])
    assert page.body[0].block_type == "text"
