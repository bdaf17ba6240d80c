"""Gives out private files. The caller has asked the access rule before."""

from pathlib import PurePath
from typing import Any
from unicodedata import category

from django.core.files.storage import Storage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import content_disposition_header

from core.errors import NotFound
from core.kinds import kind_for_name

SIGNED_SECONDS = 300
LONGEST_NAME = 150
SAFE_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_UNSHOWN = frozenset({"Cc", "Cs", "Cn"})
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def serve_private(field_file: FieldFile, *, filename: str) -> HttpResponseBase:
    """The file as a download that no browser runs and no cache keeps, always whole and fresh.

    Streamed from here, or on object storage a redirect to an address that ends after 300 seconds.
    Raises `NotFound` where the row has no file or the storage has lost it.
    """
    if not field_file.name:
        raise NotFound
    name = download_name(filename)
    response = _redirect(field_file.storage, field_file.name, name) or _stream(
        field_file.storage, field_file.name, name
    )
    for header, value in SAFE_HEADERS.items():
        response[header] = value
    return response


def download_name(filename: str) -> str:
    """At most 150 characters that are safe in a header and show in their true order."""
    flat = filename.replace("/", "_").replace("\\", "_")
    name = "".join(
        char for char in flat if char not in _BIDI and category(char) not in _UNSHOWN
    ).strip(" .")
    path = PurePath(name or "file")
    ending = path.suffix[:20]
    return path.stem[: LONGEST_NAME - len(ending)] + ending


def disposition(name: str) -> str:
    """The `Content-Disposition` of a download, as in RFC 6266."""
    return content_disposition_header(True, name) or "attachment"


def _stream(storage: Storage, stored_name: str, shown_name: str) -> FileResponse:
    try:
        content = storage.open(stored_name, "rb")
    except FileNotFoundError as error:
        raise NotFound from error
    response = FileResponse(content, content_type=_content_type(stored_name))
    response["Content-Disposition"] = disposition(shown_name)
    return response


def _redirect(storage: Any, stored_name: str, shown_name: str) -> HttpResponse | None:
    if not _signs_addresses(storage):
        return None
    wishes = {
        "ResponseContentDisposition": disposition(shown_name),
        "ResponseContentType": _content_type(stored_name),
        "ResponseCacheControl": SAFE_HEADERS["Cache-Control"],
    }
    url = storage.url(stored_name, parameters=wishes, expire=SIGNED_SECONDS)
    return HttpResponseRedirect(url)


def _signs_addresses(storage: Storage) -> bool:
    """Only a signed address ends. One under a custom domain is signed by a CDN's key or not."""
    signed = getattr(storage, "querystring_auth", False)
    own_domain = getattr(storage, "custom_domain", None)
    return bool(signed and (not own_domain or getattr(storage, "cloudfront_signer", None)))


def _content_type(stored_name: str) -> str:
    """By the stored name, whose extension was checked against the content when it came."""
    kind = kind_for_name(stored_name)
    return kind.mimes[0] if kind else "application/octet-stream"
