"""Addresses of videos, turned into the frames of trusted providers. Nobody is asked for that."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.utils.html import format_html
from wagtail.embeds.exceptions import EmbedNotFoundException
from wagtail.embeds.finders.base import EmbedFinder

YOUTUBE_HOSTS = {"youtube.com", "www.youtube.com", "m.youtube.com", "www.youtube-nocookie.com"}
VIMEO_HOSTS = {"vimeo.com", "www.vimeo.com", "player.vimeo.com"}
YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v)/([\w-]{11})/?\Z", re.ASCII)
YOUTUBE_ID = re.compile(r"[\w-]{11}\Z", re.ASCII)
VIMEO_PATH = re.compile(r"/(?:video/)?(\d{1,12})(?:/([0-9a-f]{6,20}))?/?\Z", re.ASCII)


@dataclass(frozen=True)
class Frame:
    """Where a video is shown from. The frame sets no cookies before the video is played."""

    src: str
    provider: str


def find_frame(url: str) -> Frame | None:
    """The frame of a trusted provider's video. None: any other address, however it looks."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or port or parts.username or parts.password:
        return None
    if host == "youtu.be":
        return _youtube_frame(parts.path.strip("/"))
    if host in YOUTUBE_HOSTS:
        if parts.path.rstrip("/") == "/watch":
            return _youtube_frame(parse_qs(parts.query).get("v", [""])[0])
        found = YOUTUBE_PATH.match(parts.path)
        return _youtube_frame(found[1]) if found else None
    if host in VIMEO_HOSTS:
        return _vimeo_frame(parts.path)
    return None


def _youtube_frame(video: str) -> Frame | None:
    if not YOUTUBE_ID.match(video):
        return None
    return Frame(f"https://www.youtube-nocookie.com/embed/{video}", "YouTube")


def _vimeo_frame(path: str) -> Frame | None:
    found = VIMEO_PATH.match(path)
    if not found:
        return None
    unlisted = f"&h={found[2]}" if found[2] else ""
    return Frame(f"https://player.vimeo.com/video/{found[1]}?dnt=1{unlisted}", "Vimeo")


class FrameFinder(EmbedFinder):
    """Wagtail's embeds, without asking the provider's server for the HTML."""

    def accept(self, url: str) -> bool:
        return find_frame(url) is not None

    def find_embed(
        self, url: str, max_width: int | None = None, max_height: int | None = None
    ) -> dict[str, Any]:
        """Raises `EmbedNotFoundException` for what `accept` would not take."""
        frame = find_frame(url)
        if frame is None:
            raise EmbedNotFoundException
        html = format_html(
            '<iframe src="{}" title="{}" loading="lazy" allowfullscreen></iframe>',
            frame.src,
            frame.provider,
        )
        return {
            "title": frame.provider,
            "author_name": "",
            "provider_name": frame.provider,
            "type": "video",
            "thumbnail_url": "",
            "width": None,
            "height": None,
            "html": html,
        }
