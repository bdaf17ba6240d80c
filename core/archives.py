"""Looks into ZIP files without unpacking them, within bounds that no crafted file can stretch."""

import struct
import zipfile
from typing import IO

DIRECTORY_BYTES = 1024 * 1024
"""The longest table of contents that is read: well over 10,000 members."""

_BROKEN = (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error)


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
            if "mimetype" in members:
                members["mimetype"] = _read_mimetype(archive)
            return members
    except _BROKEN:
        return None


def _read_mimetype(archive: zipfile.ZipFile) -> bytes:
    """Only where it is stored as it is, as the formats that have it demand: nothing unpacks."""
    if archive.getinfo("mimetype").compress_type != zipfile.ZIP_STORED:
        return b""
    with archive.open("mimetype") as member:
        return member.read(100).strip()
