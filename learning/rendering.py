"""A lesson's body as HTML: rendered once for everybody, with what is personal filled in.

The cached form is a list of segments. HTML is the same for everybody who reads the same version
in the same language; an activity is only named, and drawn with the reader's own state.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import md5

from django.conf import settings
from django.core.cache import caches
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.blocks import StreamValue

from learning.blocks.activity import collect_activities
from learning.models import CoursePage, LessonPage
from learning.registries import ActivityPlace, ActivityState

TEMPLATES = ("learning/blocks", "components")
KEPT_FOR = 24 * 60 * 60
"""Seconds. Only frees memory: a body that changed, or a file in it, has another key."""


@dataclass(frozen=True)
class Segment:
    """Either HTML, or the activity that stands here."""

    html: str = ""
    place: ActivityPlace | None = None


Segments = tuple[Segment, ...]


def get_segments(lesson: LessonPage, course: CoursePage) -> Segments:
    """The published body, from the cache where it is there. No query then."""
    pages, key = caches["pages"], _cache_key(lesson, course)
    segments = pages.get(key)
    if segments is None:
        segments = render_segments(lesson.body)
        pages.set(key, segments, KEPT_FOR)
    return segments


def render_segments(body: StreamValue) -> Segments:
    """Renders every block but the activities, at any depth.

    Of the same activity placed twice the first place counts. Where a draft names none yet there is
    nothing.
    """
    with collect_activities() as collector:
        html = "".join(block.render() for block in body)
    parts = re.split(f"{collector.mark}:(\\d+);", html)
    segments, seen = [Segment(html=parts[0])], set()
    for index, following in zip(parts[1::2], parts[2::2], strict=True):
        place = collector.places[int(index)]
        if place.activity_id not in seen:
            segments.append(Segment(place=place))
        seen.add(place.activity_id)
        segments.append(Segment(html=following))
    return tuple(segment for segment in segments if segment.html or segment.place)


def fill_in(
    segments: Segments, states: Mapping[int, ActivityState], *, course_id: int
) -> SafeString:
    """The whole body for one reader. Activities without a state are not there for them; of those
    of another course, which a copied lesson holds, it is said that they are missing.
    """
    parts = (_draw(segment, states, course_id) for segment in segments)
    return mark_safe("".join(parts))  # noqa: S308 (rendered by templates)


def list_places(segments: Segments) -> list[ActivityPlace]:
    """The activities in the body, in their order."""
    return [segment.place for segment in segments if segment.place]


def _draw(segment: Segment, states: Mapping[int, ActivityState], course_id: int) -> str:
    if segment.place is None:
        return segment.html
    place = segment.place
    context = {
        "activity": states.get(place.activity_id),
        "display": place.display,
        "is_missing": place.course_id != course_id,
    }
    if context["activity"] is None and not context["is_missing"]:
        return ""
    return render_to_string("learning/blocks/activity.html", context)


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
