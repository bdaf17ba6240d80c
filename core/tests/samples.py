"""Small files of each kind, made here."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

ODF = "application/vnd.oasis.opendocument"
RIFF = b"RIFF\x24\x00\x00\x00"
FTYP = b"\x00\x00\x00\x18ftyp"


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    """Declares a type that is never believed."""
    return SimpleUploadedFile(name, content, content_type="application/x-lie")


def picture(kind: str, size: tuple[int, int] = (4, 3)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "navy").save(buffer, kind)
    return buffer.getvalue()


def animated(kind: str) -> bytes:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (4, 3), colour) for colour in ("navy", "red", "gold")]
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds no pixel at all."""
    head = struct.pack(">II5B", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def archive(members: dict[str, str], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return buffer.getvalue()


def office(part: str, **more: str) -> bytes:
    """As office programs write it: pictures and properties come before the document."""
    members = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": "<Relationships/>",
        "docProps/thumbnail.jpeg": "x" * 20_000,
        part: "<xml/>",
    }
    return archive({**members, **more}, zipfile.ZIP_DEFLATED)


SAMPLES: dict[str, bytes] = {
    "a.pdf": b"%PDF-1.7\n1 0 obj\n",
    "a.docx": office("word/document.xml"),
    "a.xlsx": office("xl/workbook.xml"),
    "a.pptx": office("ppt/presentation.xml"),
    "a.odt": archive({"mimetype": f"{ODF}.text", "content.xml": "<x/>"}),
    "a.ods": archive({"mimetype": f"{ODF}.spreadsheet", "content.xml": "<x/>"}),
    "a.odp": archive({"mimetype": f"{ODF}.presentation", "content.xml": "<x/>"}),
    "a.epub": archive({"mimetype": "application/epub+zip", "a.xhtml": "<x/>"}),
    "a.zip": archive({"report.txt": "hello"}),
    "empty.zip": archive({}),
    "a.txt": "Grüße, नमस्ते, 你好\n".encode(),
    "bom.txt": b"\xef\xbb\xbfhello",
    "a.md": b"# Title\n\n```html\n<script>1</script>\n```\n",
    "a.csv": b"BM,name\n1,Asha\n",
    "a.png": picture("PNG"),
    "moving.png": animated("PNG"),
    "a.jpg": picture("JPEG"),
    "a.jpeg": picture("JPEG"),
    "phone.jpg": animated("MPO"),
    "a.gif": picture("GIF"),
    "moving.gif": animated("GIF"),
    "a.webp": picture("WEBP"),
    "a.mp3": b"ID3\x03\x00\x00\x00\x00\x00\x21" + b"\x00" * 40,
    "a.m4a": FTYP + b"M4A \x00\x00\x00\x00isommp42",
    "a.ogg": b"OggS\x00\x02" + b"\x00" * 20,
    "a.flac": b"fLaC\x00\x00\x00\x22" + b"\x00" * 34,
    "a.wav": RIFF + b"WAVEfmt ",
    "a.mp4": FTYP + b"isom\x00\x00\x02\x00isomiso2",
    "a.webm": b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1f\x42\x82\x84webm",
    "a.mov": FTYP + b"qt  \x00\x00\x02\x00qt  \x00\x00\x00\x00",
}
