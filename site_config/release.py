"""Which release of the code runs. A part of the keys under which caches hold objects."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

PINS = "constraints.txt"
"""Packages draw pages, too: with other versions of them it is another release."""


def get_release(base: Path) -> str:
    """A digest of all modules and templates of the project, without tests, and of its packages.

    Any change counts: a class whose fields changed can't be told from the version number, which
    changes too rarely.
    """
    digest = sha256()
    for path in _list_sources(base):
        digest.update(str(path.relative_to(base)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _list_sources(base: Path) -> Iterator[Path]:
    packages = sorted(path.parent for path in base.glob("*/__init__.py"))
    for package in packages:
        yield from (p for p in sorted(package.rglob("*.py")) if "tests" not in p.parts)
    yield from sorted((base / "templates").rglob("*.html"))
    yield from filter(Path.is_file, [base / PINS])
