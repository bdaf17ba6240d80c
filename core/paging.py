"""Pages of lists that may be a million rows long: nothing is counted or skipped to the end.

A list has numbered pages up to `MOST_PAGES`. What comes after that is read from a row on: the
address of the next page names the last row that was shown (`?after=`).
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any, cast

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

MOST_PAGES = 100
MOST_KEY = 2**63 - 1


def count_up_to(rows: QuerySet[Any], most: int) -> int:
    """How many rows there are; `most` where there are more, without reading the others."""
    return rows.order_by()[:most].count()


def count_at_most(rows: QuerySet[Any], most: int) -> QuerySet[Any]:
    """The same rows, whose `count()` stops at `most`: for views of others that count all rows."""
    found = rows.all()
    found.__class__ = _class_that_counts_at_most(type(rows), most)
    return found


@cache
def _class_that_counts_at_most(queryset_class: type[QuerySet[Any]], most: int) -> Any:
    class BoundedQuerySet(queryset_class):  # type: ignore[valid-type, misc]
        def count(self) -> int:
            if self.query.is_sliced:
                return int(super().count())
            return count_up_to(self, most)

    return BoundedQuerySet


class LongPage(Page[Any]):
    """A page that knows the query string of its neighbours. `number` 0: it stands after a row."""

    def __init__(self, object_list: Any, number: int, paginator: Any, after: str = "") -> None:
        super().__init__(object_list, number, paginator)
        self.after = after

    @property
    def is_numbered(self) -> bool:
        return self.number > 0

    def has_other_pages(self) -> bool:
        return bool(self.previous_query or self.next_query)

    @property
    def previous_query(self) -> str:
        """Empty on the first page. Of pages after a row, the first page is all there is."""
        if not self.is_numbered:
            return "page=1"
        return f"page={self.number - 1}" if self.number > 1 else ""

    @property
    def next_query(self) -> str:
        """Empty on the last page."""
        if self.is_numbered and self.number < self.paginator.num_pages:
            return f"page={self.number + 1}"
        return f"after={self.after}" if self.after else ""


class LongPaginator(Paginator):  # type: ignore[type-arg]
    """Numbered pages of the first rows. `has_more`: there are rows that no numbered page shows."""

    @cached_property
    def found(self) -> int:
        """The rows of all numbered pages, and one more where there are more."""
        most = self.per_page * MOST_PAGES + 1
        rows: Any = self.object_list
        return count_up_to(rows, most) if isinstance(rows, QuerySet) else min(rows.count(), most)

    @cached_property
    def count(self) -> int:
        return min(self.found, self.per_page * MOST_PAGES)

    @property
    def has_more(self) -> bool:
        return self.found > self.count

    def page(self, number: int | str) -> LongPage:
        page = super().page(number)
        is_last = page.number == self.num_pages and self.has_more
        rows = list(page.object_list)
        after = _name_row(self.object_list, rows[-1]) if is_last and rows else ""
        return LongPage(rows, page.number, self, after)

    def page_after(self, value: str) -> LongPage | None:
        """The page that begins after the row that `value` names. None for any other value."""
        condition = _rows_after(self.object_list, value)
        if condition is None:
            return None
        found: Any = self.object_list
        rows = list(found.filter(condition)[: self.per_page + 1])
        shown = rows[: self.per_page]
        after = _name_row(self.object_list, shown[-1]) if len(rows) > len(shown) else ""
        return LongPage(shown, 0, self, after)


def get_page(rows: Any, parameters: Mapping[str, Any], size: int) -> LongPage:
    """The page that the address asks for by `page` or `after`; the nearest for a wrong number.

    `rows`: a queryset in an order that ends with its key, or search results (numbered pages only).
    """
    paginator = LongPaginator(rows, size)
    if after := parameters.get("after"):
        page = paginator.page_after(after)
        if page is not None:
            return page
    return cast("LongPage", paginator.get_page(parameters.get("page")))


def _name_row(rows: Any, row: Any) -> str:
    """The values by which the rows are ordered. Empty where none can be named."""
    fields = _order_of(rows)
    values = [getattr(row, field.attname) for field, _descending in fields]
    if not fields or None in values:
        return ""
    text = json.dumps(values, default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _rows_after(rows: Any, value: str) -> Q | None:
    fields = _order_of(rows)
    try:
        text = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        stored = json.loads(text)
        if not fields or not isinstance(stored, list) or len(stored) != len(fields):
            return None
        values = [_read(field, one) for (field, _down), one in zip(fields, stored, strict=True)]
    except (ArithmeticError, ValueError, TypeError, ValidationError, RecursionError):
        return None
    condition, same = Q(), Q()
    for (field, descending), one in zip(fields, values, strict=True):
        if one is None:
            return None
        later = Q(**{f"{field.name}__{'lt' if descending else 'gt'}": one})
        condition |= same & later
        same &= Q(**{field.name: one})
    return condition


def _read(field: Any, stored: Any) -> Any:
    """The value of a column. Raises `ValueError` for what no row can have."""
    value = field.target_field.to_python(stored) if field.is_relation else field.to_python(stored)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment without an offset")
        return value.astimezone(UTC)
    if isinstance(value, int) and abs(value) > MOST_KEY:
        raise ValueError("a number that no row has")
    return value


def _order_of(rows: Any) -> list[tuple[Any, bool]]:
    """The columns by which the rows are ordered, each with whether it falls. Empty: by others."""
    if not isinstance(rows, QuerySet):
        return []
    names = rows.query.order_by or rows.model._meta.ordering
    found = []
    for name in names:
        if not isinstance(name, str) or "__" in name:
            return []
        try:
            plain = name.lstrip("-")
            field = rows.model._meta.pk if plain == "pk" else rows.model._meta.get_field(plain)
        except FieldDoesNotExist:
            return []
        found.append((field, name.startswith("-")))
    return found
