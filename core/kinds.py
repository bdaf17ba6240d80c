"""The kinds of files that may be uploaded, and how each is known by its content.

Names and declared types are never believed. What is not known here is not a kind: above all not
HTML, SVG and other XML, which a browser would run.
"""

import codecs
import re
import struct
import zipfile
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import IO

import filetype
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HEAD_BYTES = 8192
CHUNK_BYTES = 64 * 1024
DIRECTORY_BYTES = 1024 * 1024
"""The longest table of contents that is read: well over 10,000 members."""

_BROKEN = (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error)


@dataclass(frozen=True, slots=True)
class Kind:
    """`mimes`: what the content is recognised as; the first one is what it is served as."""

    name: str
    label: str | Promise
    extensions: tuple[str, ...]
    mimes: tuple[str, ...]
    is_image: bool = False
    is_text: bool = False


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("pdf", _("PDF"), ("pdf",), ("application/pdf",)),
        Kind("docx", _("Word"), ("docx",), (f"{_OOXML}.wordprocessingml.document",)),
        Kind("xlsx", _("Excel"), ("xlsx",), (f"{_OOXML}.spreadsheetml.sheet",)),
        Kind("pptx", _("PowerPoint"), ("pptx",), (f"{_OOXML}.presentationml.presentation",)),
        Kind("odt", _("OpenDocument text"), ("odt",), (f"{_ODF}.text",)),
        Kind("ods", _("OpenDocument spreadsheet"), ("ods",), (f"{_ODF}.spreadsheet",)),
        Kind("odp", _("OpenDocument slides"), ("odp",), (f"{_ODF}.presentation",)),
        Kind("epub", _("EPUB"), ("epub",), ("application/epub+zip",)),
        Kind("zip", _("ZIP"), ("zip",), ("application/zip",)),
        Kind("txt", _("plain text"), ("txt",), ("text/plain",), is_text=True),
        Kind("md", _("Markdown"), ("md",), ("text/markdown",), is_text=True),
        Kind("csv", _("CSV"), ("csv",), ("text/csv",), is_text=True),
        Kind("png", _("PNG"), ("png",), ("image/png", "image/apng"), is_image=True),
        Kind("jpeg", _("JPEG"), ("jpg", "jpeg"), ("image/jpeg",), is_image=True),
        Kind("gif", _("GIF"), ("gif",), ("image/gif",), is_image=True),
        Kind("webp", _("WebP"), ("webp",), ("image/webp",), is_image=True),
        Kind("mp3", _("MP3"), ("mp3",), ("audio/mpeg",)),
        Kind("m4a", _("M4A"), ("m4a",), ("audio/mp4",)),
        Kind("ogg", _("Ogg"), ("ogg", "oga"), ("audio/ogg",)),
        Kind("flac", _("FLAC"), ("flac",), ("audio/flac", "audio/x-flac")),
        Kind("wav", _("WAV"), ("wav",), ("audio/wav", "audio/x-wav")),
        Kind("mp4", _("MP4"), ("mp4", "m4v"), ("video/mp4", "video/x-m4v")),
        Kind("webm", _("WebM"), ("webm",), ("video/webm",)),
        Kind("mov", _("QuickTime"), ("mov",), ("video/quicktime",)),
    )
}
_KIND_BY_EXTENSION = {ending: kind for kind in KINDS.values() for ending in kind.extensions}
_KIND_BY_MIME = {mime: kind for kind in KINDS.values() for mime in kind.mimes if not kind.is_text}

_OOXML_PARTS = {
    "word/document.xml": KINDS["docx"],
    "xl/workbook.xml": KINDS["xlsx"],
    "ppt/presentation.xml": KINDS["pptx"],
}
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_MARKUP = re.compile(r"[\s\ufeff]*<[a-z!?/]", re.IGNORECASE)


def extension_of(name: str) -> str:
    """What stands after the last dot, in lower case, without the dot; or nothing."""
    base, _dot, ending = name.rpartition(".")
    return ending.lower() if base else ""


def kind_for_name(name: str) -> Kind | None:
    """The kind that the name promises. Only for files whose content was checked when they came."""
    return _KIND_BY_EXTENSION.get(extension_of(name))


def detect_kind(file: IO[bytes], name: str) -> Kind | None:
    """The kind by content; None where it is none of ours. Leaves the file at its start.

    The name only tells one kind of text from another. Only texts are read whole.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    guess = filetype.guess(head)
    if head.startswith(_ZIP_SIGNATURES):
        kind = _zip_kind(file)
    elif guess and guess.mime in _KIND_BY_MIME:
        kind = _KIND_BY_MIME[guess.mime]
    else:
        kind = _text_kind(file, name)
    file.seek(0)
    return kind


class _Bounded:
    """A file whose single reads are bounded: `zipfile` reads a whole directory at once."""

    def __init__(self, file: IO[bytes]) -> None:
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._file = file

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(DIRECTORY_BYTES + 1 if size < 0 else min(size, DIRECTORY_BYTES + 1))
        if len(data) > DIRECTORY_BYTES:
            raise zipfile.BadZipFile("The table of contents is too long")
        return data


def read_members(file: IO[bytes]) -> dict[str, bytes] | None:
    """The names of all members; for a stored one named `mimetype` also how it begins.

    None where the file is no readable ZIP.
    """
    try:
        with zipfile.ZipFile(_Bounded(file)) as archive:
            members = dict.fromkeys(archive.namelist(), b"")
            mimetype = archive.getinfo("mimetype") if "mimetype" in members else None
            # Only where it is stored as it is, as the formats that have it demand: nothing unpacks.
            if mimetype is not None and mimetype.compress_type == zipfile.ZIP_STORED:
                with archive.open(mimetype) as member:
                    members["mimetype"] = member.read(100).strip()
            return members
    except _BROKEN:
        return None


def _zip_kind(file: IO[bytes]) -> Kind | None:
    """Office documents are ZIP files with known members; one with macros is no kind of ours."""
    members = read_members(file)
    if members is None or any(name.lower().endswith("vbaproject.bin") for name in members):
        return None
    if "mimetype" in members:
        return _KIND_BY_MIME.get(members["mimetype"].decode("ascii", "replace"))
    if "[Content_Types].xml" in members:
        return next((kind for part, kind in _OOXML_PARTS.items() if part in members), None)
    return KINDS["zip"]


def _text_kind(file: IO[bytes], name: str) -> Kind | None:
    """Strict UTF-8 without NUL that does not begin as markup does."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    # An empty chunk at the end tells the decoder that nothing follows.
    chunks = chain(iter(partial(file.read, CHUNK_BYTES), b""), [b""])
    try:
        for index, chunk in enumerate(chunks):
            text = decoder.decode(chunk, final=not chunk)
            if "\0" in text or (index == 0 and _MARKUP.match(text)):
                return None
    except UnicodeDecodeError:
        return None
    promised = kind_for_name(name)
    return promised if promised and promised.is_text else KINDS["txt"]
