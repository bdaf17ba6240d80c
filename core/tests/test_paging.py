"""Lists of any length: numbered pages at first, then from one row to the next."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import paging
from core.models import Job
from core.paging import count_at_most, get_page

pytestmark = pytest.mark.django_db
SIZE = 3


@pytest.fixture(autouse=True)
def few_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_PAGES", 2)


@pytest.fixture
def rows() -> Any:
    """Twenty rows, of which always two have the same moment; in falling order."""
    now = timezone.now()
    Job.objects.bulk_create(
        Job(name=f"job.{number}", key=str(number), due=now - timedelta(days=number // 2))
        for number in range(20)
    )
    return Job.objects.order_by("-due", "pk")


def numbers(page: Any) -> list[int]:
    return [int(row.key) for row in page]


def follow(rows: Any, query: str) -> Any:
    return get_page(rows, QueryDict(query), SIZE)


def test_every_row_is_met_once_in_its_order(rows: Any) -> None:
    met, query, pages = [], "page=1", 0
    while query:
        page = follow(rows, query)
        met += numbers(page)
        query = page.next_query
        pages += 1
    assert met == list(range(20))
    assert pages == 7


def test_numbered_pages_end_and_the_next_one_names_a_row(rows: Any) -> None:
    assert follow(rows, "").next_query == "page=2"
    second = follow(rows, "page=2")
    assert second.next_query.startswith("after=")
    assert second.previous_query == "page=1"
    assert (second.paginator.count, second.paginator.has_more) == (6, True)
    third = follow(rows, second.next_query)
    assert (third.is_numbered, third.previous_query) == (False, "page=1")


def test_number_beyond_the_last_is_the_last(rows: Any) -> None:
    assert numbers(follow(rows, "page=999")) == [3, 4, 5]


@pytest.mark.parametrize(
    "value",
    [
        "x",
        "%00",
        base64.urlsafe_b64encode(b"[1]").decode(),
        base64.urlsafe_b64encode(b'{"a": 1}').decode(),
        base64.urlsafe_b64encode(b'["yesterday", 3]').decode(),
        base64.urlsafe_b64encode(b'["2026-01-01T00:00:00+00:00", Infinity]').decode(),
        base64.urlsafe_b64encode(b'["2026-01-01T00:00:00+00:00", 1e999]').decode(),
        base64.urlsafe_b64encode(b'["0001-01-01T00:00:00+14:00", 1]').decode(),
        base64.urlsafe_b64encode(b'["9999-12-31T23:59:59-14:00", 1]').decode(),
        base64.urlsafe_b64encode(b'["2026-01-01T00:00:00", 1]').decode(),
        base64.urlsafe_b64encode(b'["2026-01-01T00:00:00+00:00", 1' + b"0" * 30 + b"]").decode(),
        base64.urlsafe_b64encode(json.dumps([None, None]).encode()).decode(),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
)
def test_value_that_names_no_row_is_the_first_page(rows: Any, value: str) -> None:
    assert numbers(get_page(rows, {"after": value}, SIZE)) == [0, 1, 2]


def test_page_far_down_reads_its_own_rows_only(rows: Any) -> None:
    query = follow(rows, "page=2").next_query
    with CaptureQueriesContext(connection) as queries:
        follow(rows, query)
    [statement] = [row["sql"] for row in queries]
    assert "OFFSET" not in statement
    assert f"LIMIT {SIZE + 1}" in statement


def test_short_list_has_no_other_pages() -> None:
    page = follow(Job.objects.order_by("pk"), "")
    assert not page.has_other_pages()
    assert "nav" not in render_to_string("components/pagination.html", {"page": page})


def test_links_keep_the_rest_of_the_query(rows: Any) -> None:
    page = follow(rows, follow(rows, "page=2").next_query)
    html = render_to_string("components/pagination.html", {"page": page, "query": "state=all"})
    assert 'href="?state=all&amp;page=1"' in html
    assert 'href="?state=all&amp;after=' in html
    assert "First page" in html


def test_order_by_an_expression_has_numbered_pages_only(rows: Any) -> None:
    by_expression = rows.order_by(F("due").desc(), "pk")
    assert follow(by_expression, "page=2").next_query == ""


def test_search_results_end_with_the_last_numbered_page() -> None:
    class Results(list[int]):
        def count(self) -> int:
            return len(self)

    paginator = paging.LongPaginator(Results(range(20)), SIZE)
    assert paginator.has_more
    assert (paginator.count, paginator.num_pages) == (6, 2)
    assert paginator.get_page("999").next_query == ""


def test_count_stops_where_it_is_told_to(rows: Any) -> None:
    bounded = count_at_most(rows, 7)
    assert bounded.count() == bounded.filter(pk__gt=0).count() == 7
    assert bounded[:3].count() == 3
    assert len(bounded) == 20
    with CaptureQueriesContext(connection) as queries:
        bounded.count()
    assert "ORDER BY" not in queries[0]["sql"]
