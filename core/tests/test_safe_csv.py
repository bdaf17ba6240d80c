import csv
import datetime
import io
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy

from core.safe_csv import csv_response, safe_cell


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "  =1",
        '"=1',
        "'=1",
        " ' =1",
        "\n=1",
        "\xa0=1",
        "\ufeff=1",
        "＝1",  # noqa: RUF001 (spreadsheets read the wide signs too)
        gettext_lazy("=1"),
    ],
)
def test_text_that_a_spreadsheet_would_run_is_quoted(text: object) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Asha", "a=b", "1-2", "", " ", '"quoted"', "a\tb", "5 @ home"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


@pytest.mark.parametrize("number", [-5, 0, 3.5, Decimal("-2.50")])
def test_numbers_stay_numbers(number: float) -> None:
    assert safe_cell(number) is number


def test_other_values_become_text() -> None:
    assert safe_cell(None) == ""
    assert safe_cell(True) == "True"
    assert safe_cell(datetime.date(2026, 11, 22)) == "2026-11-22"


def test_csv_response_is_readable_and_safe() -> None:
    response = csv_response(
        "Noten ü.csv", ["Name", "=Points"], [['O\'Neil, "A"\nB', -5], ["@x", None]]
    )
    text = response.getvalue().decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert rows == [["Name", "'=Points"], ['O\'Neil, "A"\nB', "-5"], ["'@x", ""]]
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Noten%20%C3%BC.csv"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_csv_response_asks_for_rows_only_as_they_are_sent() -> None:
    asked = []

    def rows() -> Iterator[list[int]]:
        for number in range(1000):
            asked.append(number)
            yield [number]

    lines = iter(csv_response("a.csv", ["n"], rows()))
    assert asked == []
    next(lines)
    next(lines)
    assert len(asked) <= 1
