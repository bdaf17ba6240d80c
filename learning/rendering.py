"""A lesson's body as HTML: rendered once for everybody, with what is personal filled in.

The cached form is a list of segments. HTML is the same for everybody who reads the same version
in the same language; an activity is only named, and drawn with the reader's own state.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.blocks import StreamValue

from core.page_cache import get_or_build
from learning.blocks.activity import collect_activities
from learning.models import LessonPage
from learning.registries import ActivityPlace, ActivityState


@dataclass(frozen=True)
class Segment:
    """Either HTML, or the activity that stands here."""

    html: str = ""
    place: ActivityPlace | None = None


Segments = tuple[Segment, ...]


def get_segments(lesson: LessonPage) -> Segments:
    """The published body, from the cache where it is there. No query then."""
    key = f"body:{lesson.pk}:{lesson.body_version}:{get_language()}"
    found = get_or_build([key], lambda _keys: {key: render_segments(lesson.body)})
    segments: Segments = found[key]
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
