"""A lesson's body as HTML: rendered once for everybody, with what is personal filled in.

The cached form is a list of segments. HTML is the same for everybody who reads the same version
in the same language; a piece of work is only named, and drawn with the reader's own state.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import md5

from django.conf import settings
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.blocks import StreamValue

from learning.blocks.activities import ActivityChooserBlock
from learning.models import CoursePage, LessonPage
from learning.registries import ActivityState
from learning.selectors.placements import Activity, find_activities

TEMPLATES = ("learning/blocks", "components")
KEPT_FOR = 24 * 60 * 60
"""Seconds. Only frees memory: a body that changed, or a file in it, has another key."""


@dataclass(frozen=True)
class Segment:
    """Either HTML, or the piece of work that stands here."""

    html: str = ""
    activity: Activity | None = None


def get_segments(lesson: LessonPage, course: CoursePage) -> tuple[Segment, ...]:
    """The published body, from the cache where it is there. No query then."""
    pages, key = caches["pages"], _cache_key(lesson, course)
    segments = pages.get(key)
    if segments is None:
        segments = render_segments(lesson.body)
        pages.set(key, segments, KEPT_FOR)
    return segments


def render_segments(body: StreamValue) -> tuple[Segment, ...]:
    """Renders every block but the work. Of the same work placed twice the first place counts.

    Where a draft places no work yet there is nothing.
    """
    return tuple(_merge(_render_blocks(body)))


def fill_in(segments: tuple[Segment, ...], states: Mapping[Activity, ActivityState]) -> SafeString:
    """The whole body for one reader. Work without a state is not there for them."""
    parts = (_draw(segment, states) for segment in segments)
    return mark_safe("".join(parts))  # noqa: S308 (rendered by templates)


def _render_blocks(body: StreamValue) -> Iterator[Segment]:
    waiting = set(find_activities(body))
    for index, raw in enumerate(body.raw_data):
        activity = (raw["type"], raw["value"])
        if not isinstance(body.stream_block.child_blocks[raw["type"]], ActivityChooserBlock):
            yield Segment(html=body[index].render())
        elif activity in waiting:
            waiting.remove(activity)
            yield Segment(activity=activity)


def _merge(segments: Iterator[Segment]) -> Iterator[Segment]:
    """Neighbouring HTML becomes one piece."""
    pending: list[str] = []
    for segment in segments:
        if segment.activity is None:
            pending.append(segment.html)
            continue
        if pending:
            yield Segment(html="".join(pending))
            pending = []
        yield segment
    if pending:
        yield Segment(html="".join(pending))


def _draw(segment: Segment, states: Mapping[Activity, ActivityState]) -> str:
    if segment.activity is None:
        return segment.html
    state = states.get(segment.activity)
    if state is None:
        return ""
    kind, _object_id = segment.activity
    return render_to_string(f"learning/blocks/{kind}.html", {"activity": state})


@cache
def get_template_version() -> str:
    """Another one whenever a template that lessons are drawn with was changed."""
    digest = md5(usedforsecurity=False)
    for folder in TEMPLATES:
        for path in sorted((settings.BASE_DIR / "templates" / folder).glob("*.html")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _cache_key(lesson: LessonPage, course: CoursePage) -> str:
    published = lesson.last_published_at.timestamp() if lesson.last_published_at else 0
    version = (lesson.live_revision_id or 0, published, course.structure_version)
    parts = ("body", lesson.pk, *version, get_language(), get_template_version())
    return ":".join(str(part) for part in parts)
