"""CSV that a spreadsheet opens without running anything that people typed."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.http import StreamingHttpResponse

from core.files import disposition, download_name

Number = int | float | Decimal

_FORMULA = re.compile(r"""[\s"'\u200b\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]""")
_BOM = "\ufeff"


def safe_cell(value: object) -> str | Number:
    """Text that a spreadsheet would take for a formula gets a quote before it.

    Numbers stay numbers, so minus ten can still be added up; nothing is an empty cell.
    """
    if isinstance(value, Number) and not isinstance(value, bool):
        return value
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def csv_response(
    filename: str, header: Sequence[object], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """Streams the rows as they come: memory does not grow with their number.

    UTF-8 with a byte-order mark, without which spreadsheets guess another encoding.
    """
    return StreamingHttpResponse(
        _lines(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": disposition(download_name(filename)),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


class _Line:
    """What `csv.writer` takes for a file: hands each finished line back to its caller."""

    def write(self, line: str) -> str:
        return line


def _lines(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    write = csv.writer(_Line()).writerow
    yield _BOM + write([safe_cell(cell) for cell in header])
    for row in rows:
        yield write([safe_cell(cell) for cell in row])
