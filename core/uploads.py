"""What may be uploaded: one policy per place, one check for all."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from core.kinds import KINDS, Kind, detect_kind, extension_of

if TYPE_CHECKING:
    from django.core.files import File


@dataclass(frozen=True)
class UploadPolicy:
    """`max_bytes` for each file; `kinds` by their names in `core.kinds`; `max_pixels` of images."""

    max_bytes: int
    kinds: Collection[str]
    max_pixels: int = 25_000_000

    def __post_init__(self) -> None:
        unknown = set(self.kinds) - set(KINDS)
        if unknown:
            raise ValueError(f"No such kinds of files: {sorted(unknown)}")

    def accept(self) -> str:
        """For the `accept` attribute of a file field: `.pdf,.jpg,.jpeg`."""
        return ",".join(f".{ending}" for kind in self._kinds() for ending in kind.extensions)

    def describe(self) -> str:
        """For people: `PDF, Word or PNG`, in the reader's language."""
        return get_text_list([str(kind.label) for kind in self._kinds()], _("or"))

    def describe_limit(self) -> str:
        """For people: `10.0 MB`."""
        return filesizeformat(self.max_bytes)

    def _kinds(self) -> list[Kind]:
        return [kind for name, kind in KINDS.items() if name in self.kinds]


def check_upload(file: "File[Any]", policy: UploadPolicy) -> Kind:
    """Returns the kind of the file, or raises `ValidationError` that names the limit.

    The size comes first, before anything is read; pixels are counted from the header, before
    anything is decoded. Leaves the file at its start.
    """
    _check_size(file, policy)
    kind = detect_kind(file, file.name or "")
    if kind is None or kind.name not in policy.kinds:
        raise _refusal(
            _("This kind of file is not accepted. Send %(kinds)s."), "kind", kinds=policy.describe()
        )
    _check_name(file.name or "", kind)
    if kind.is_image:
        _check_pixels(file, kind, policy)
    return kind


def _check_size(file: "File[Any]", policy: UploadPolicy) -> None:
    if file.size > policy.max_bytes:
        raise _refusal(
            _("The file is %(size)s. At most %(limit)s are accepted."),
            "size",
            size=filesizeformat(file.size),
            limit=policy.describe_limit(),
        )
    if not file.size:
        raise _refusal(_("The file is empty."), "empty")


def _check_name(name: str, kind: Kind) -> None:
    """A name that promises something else is how files get opened by the wrong program."""
    if extension_of(name) not in kind.extensions:
        raise _refusal(
            _("The content is %(kind)s: the name of the file must end in %(endings)s."),
            "name",
            kind=kind.label,
            endings=get_text_list([f".{ending}" for ending in kind.extensions], _("or")),
        )


def _check_pixels(file: "File[Any]", kind: Kind, policy: UploadPolicy) -> None:
    try:
        with Image.open(file, formats=[kind.name]) as image:
            pixels = image.width * image.height
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pixels = policy.max_pixels + 1
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise _refusal(_("The picture is damaged. Save it again and retry."), "damaged") from None
    finally:
        file.seek(0)
    if pixels > policy.max_pixels:
        raise _refusal(
            _("The picture is too large. At most %(limit)s megapixels are accepted."),
            "pixels",
            limit=f"{policy.max_pixels / 1_000_000:g}",
        )


def _refusal(message: str, code: str, **params: object) -> ValidationError:
    return ValidationError(message, code=code, params=params)
