"""A lesson's body as HTML: rendered once for everybody, with what is personal filled in.

The cached form is a list of segments. HTML is the same for everybody who reads the same version
in the same language; an activity is only named, and drawn with the reader's own state. Where a
block ends is kept, too, for what others draw after it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from wagtail.blocks import StreamValue

from core.page_cache import get_or_build
from learning.blocks.activity import Collector, collect_activities
from learning.memberships import Person
from learning.models import LessonPage
from learning.registries import ActivityPlace, ActivityState, block_extras


@dataclass(frozen=True)
class Segment:
    """HTML, or the activity that stands here, or the id of the block that ends here."""

    html: str = ""
    place: ActivityPlace | None = None
    end_of: str = ""


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
    segments: list[Segment] = []
    seen: set[int] = set()
    with collect_activities() as collector:
        for block in body:
            segments += _split(block.render(), collector, seen)
            segments.append(Segment(end_of=block.id or ""))
    return tuple(segment for segment in segments if segment != Segment())


def _split(html: str, collector: Collector, seen: set[int]) -> Iterator[Segment]:
    """The segments of one block. Activities in `seen` are left out; those found are added to it."""
    parts = re.split(f"{collector.mark}:(\\d+);", html)
    yield Segment(html=parts[0])
    for index, following in zip(parts[1::2], parts[2::2], strict=True):
        place = collector.places[int(index)]
        if place.activity_id not in seen:
            yield Segment(place=place)
        seen.add(place.activity_id)
        yield Segment(html=following)


def fill_in(
    segments: Segments,
    states: Mapping[int, ActivityState],
    *,
    course_id: int,
    extras: Mapping[str, str] | None = None,
) -> SafeString:
    """The whole body for one reader. Activities without a state are not there for them; of those
    of another course, which a copied lesson holds, it is said that they are missing. `extras`, by
    the id of a block, follow it.
    """
    parts = (_draw(segment, states, course_id, extras or {}) for segment in segments)
    return mark_safe("".join(parts))  # noqa: S308 (rendered by templates)


def list_places(segments: Segments) -> list[ActivityPlace]:
    """The activities in the body, in their order."""
    return [segment.place for segment in segments if segment.place]


def get_extras(lesson: LessonPage, user: Person, segments: Segments) -> dict[str, str]:
    """What the registered `block_extras` draw for this reader, by the id of the block before it.

    Each is asked once, whatever the number of blocks.
    """
    block_ids = [segment.end_of for segment in segments if segment.end_of]
    drawn: defaultdict[str, str] = defaultdict(str)
    for extra in block_extras.values():
        for block_id, html in extra(lesson, user, block_ids).items():
            drawn[block_id] += conditional_escape(html)
    return drawn


def _draw(
    segment: Segment,
    states: Mapping[int, ActivityState],
    course_id: int,
    extras: Mapping[str, str],
) -> str:
    if segment.place is None:
        return segment.html or extras.get(segment.end_of, "")
    place = segment.place
    context = {
        "activity": states.get(place.activity_id),
        "display": place.display,
        "is_missing": place.course_id != course_id,
        "now": timezone.now(),
    }
    if context["activity"] is None and not context["is_missing"]:
        return ""
    return render_to_string("learning/blocks/activity.html", context)
