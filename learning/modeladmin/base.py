"""What all lists of the menu have in common: only rows of one's own, whatever is asked for."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.utils import label_for_field, unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.paginator import WagtailPaginator
from wagtail_modeladmin.helpers import ButtonHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import CreateView, DeleteView, EditView, IndexView, InspectView

from core.numbers import format_count
from core.paging import MOST_PAGES, count_at_most
from core.parsing import clean_term, parse_key
from learning.capabilities import Capability
from learning.choosers import MOST_LISTED
from learning.models import CoursePage

ROWS = 50
MOST_ROWS = ROWS * MOST_PAGES
NOBODY = "–"


class ListPaginator(WagtailPaginator):
    """Pages of the first `MOST_ROWS` rows. The count says so where there are more."""

    @cached_property
    def found(self) -> int:
        return super().count

    @cached_property
    def count(self) -> int:
        return min(self.found, MOST_ROWS)

    @property
    def items_count_label(self) -> str:
        name = self.verbose_name if self.found == 1 else self.verbose_name_plural
        label = f"{describe_count(self.found)} {name}"
        if self.found <= MOST_ROWS:
            return label
        return gettext("%(number)s: search or filter to find the others") % {"number": label}


def describe_count(found: int) -> str:
    """How many rows a list has, as far as they are counted."""
    if found <= MOST_ROWS:
        return format_count(found)
    return gettext("more than %(count)s") % {"count": format_count(MOST_ROWS)}


class ListView(IndexView):
    """No export (reports do that), and no lookup from the address but those of the filters.

    The first `MOST_ROWS` rows have pages and are counted; filters and the search find the others.
    """

    FORMATS = ()
    paginator_class = ListPaginator

    def get_base_queryset(self, request: HttpRequest | None = None) -> QuerySet[Any]:
        return count_at_most(super().get_base_queryset(request), MOST_ROWS + 1)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        found, every = context["result_count"], context["all_count"]
        shown = describe_count(every)
        if found != every:
            words = {"found": describe_count(found), "all": shown}
            shown = gettext("%(found)s of %(all)s") % words
        return {**context, "count_in_words": shown}

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        """By one column, then by the key in the same direction: one index serves both directions.

        The stock view sorts by several columns, and by the key always downwards.
        """
        first = super().get_ordering(request, queryset)[0]
        key = "-pk" if first.startswith("-") else "pk"
        return [first] if first.lstrip("-") == "pk" else [first, key]

    def get_ordering_field_columns(self) -> dict[int, str]:
        return dict(list(super().get_ordering_field_columns().items())[:1])

    def get_ordering_field(self, field_name: str) -> str | None:
        """None for the columns by which the list is not sorted, whatever the address says."""
        return super().get_ordering_field(field_name) if field_name in self.sortable_by else None

    @property
    def sortable_by(self) -> Sequence[str]:
        return self.model_admin.sortable_by

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        known = {spec.parameter_name for spec in self.list_filter}
        found = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name in known}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> QuerySet[Any]:
        return super().get_search_results(request, queryset, clean_term(search_term))


class NothingThere:
    """Answers 404 where the stock views say that something exists."""

    def check_action_permitted(self, user: Any) -> bool:
        if not super().check_action_permitted(user):  # type: ignore[misc]
            raise Http404
        return True


class AddView(NothingThere, CreateView):
    pass


class ChangeView(NothingThere, EditView):
    pass


class LookView(NothingThere, InspectView):
    """Shows what the list's columns show, beside the model's own fields."""

    def get_field_label(self, field_name: str, field: Any = None) -> str:
        return str(label_for_field(field_name, self.model, self.model_admin))

    def get_field_display_value(self, field_name: str, field: Any = None) -> Any:
        column = getattr(self.model_admin, field_name, None)
        if callable(column):
            return column(self.instance)
        return super().get_field_display_value(field_name, field)


class RemoveView(NothingThere, DeleteView):
    pass


class AcademyAdmin(ModelAdmin):
    """Closed where the stock class is open: no history of its own, no index of references."""

    list_per_page = ROWS
    sortable_by: Sequence[str] = ()
    """Columns by which the list can be sorted. Each needs an index that ends with the key."""
    history_view_enabled = False
    index_view_class = ListView
    index_view_extra_css = ["css/cms-lists.css"]
    create_view_class = AddView
    edit_view_class = ChangeView
    inspect_view_class = LookView
    delete_view_class = RemoveView

    def register_indexing(self) -> None:
        """Learners' rows are written often, and nobody asks the CMS where they are used."""

    def inspect_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        self.refuse_foreign(request, instance_pk)
        return super().inspect_view(request, instance_pk)

    def edit_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        self.refuse_foreign(request, instance_pk)
        return super().edit_view(request, instance_pk)

    def delete_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        self.refuse_foreign(request, instance_pk)
        return super().delete_view(request, instance_pk)

    def refuse_foreign(self, request: HttpRequest, instance_pk: str) -> None:
        """Raises `Http404` for rows that the list would not show."""
        key = parse_key(unquote(instance_pk))
        if key is None or not self.get_queryset(request).filter(pk=key).exists():
            raise Http404


class NoButtons(ButtonHelper):
    """The title leads on: rows need no buttons, and no query for each."""

    def get_buttons_for_obj(self, obj: Any, **kwargs: Any) -> list[dict[str, Any]]:
        return []

    def get_primary_button(self, obj: Any) -> dict[str, Any] | None:
        return None


class CourseRowButtons(ButtonHelper):
    """The buttons of rows that belong to courses, without a query for each row."""

    capability = Capability.EDIT
    """What lets a member of a course's team change and delete its rows."""

    @cached_property
    def changeable(self) -> set[int]:
        """The keys of the courses whose rows the reader may change."""
        courses = CoursePage.objects.where_can(self.request.user, self.capability)
        return set(courses.values_list("pk", flat=True))

    def may_change(self, obj: Any) -> bool:
        return obj.course_id in self.changeable

    def get_buttons_for_obj(self, obj: Any, **kwargs: Any) -> list[dict[str, Any]]:
        classes = kwargs.get("classnames_add") or []
        if not self.may_change(obj):
            return []
        return [self.edit_button(obj.pk, classes), self.delete_button(obj.pk, classes)]

    def get_primary_button(self, obj: Any) -> dict[str, Any] | None:
        return self.edit_button(obj.pk) if self.may_change(obj) else None


class ChoiceFilter(SimpleListFilter):
    """One of a few values of a field; anything else in the address is ignored."""

    field = ""
    options: Sequence[tuple[str, Any]] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(self.options)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen not in {key for key, _label in self.lookup_choices}:
            return queryset
        return queryset.filter(**{self.field: chosen})


class CourseFilter(SimpleListFilter):
    """One of the courses that the reader looks after.

    The first `MOST_LISTED` can be chosen; where there are more, those that a word finds.
    """

    title = _("course")
    parameter_name = "course"
    template = "modeladmin/course_filter.html"
    course_path = "course"
    """From a row of the list to its course."""
    term_name = "course-term"

    def get_courses(self, user: Any, model_admin: Any) -> QuerySet[CoursePage]:
        """The courses to choose from."""
        return CoursePage.objects.looked_after_by(user)

    def __init__(self, request: HttpRequest, params: dict[str, Any], *args: Any) -> None:
        self.term = clean_term(request.GET.get(self.term_name, ""))
        super().__init__(request, params, *args)
        own = (self.parameter_name, self.term_name, "p")
        kept = [(name, value) for name, value in request.GET.items() if name not in own]
        self.kept_parameters = kept

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        """The chosen one stays in the list, whatever is searched for."""
        courses = self.get_courses(request.user, model_admin).order_by("title", "pk")
        found = courses.filter(title__icontains=self.term) if self.term else courses
        rows = list(found.values_list("pk", "title")[: MOST_LISTED + 1])
        self.has_more = len(rows) > MOST_LISTED
        self.finds_nothing = bool(self.term) and not rows
        chosen = parse_key(request.GET.get(self.parameter_name))
        shown = dict(rows[:MOST_LISTED])
        if chosen is not None and chosen not in shown:
            shown |= dict(courses.filter(pk=chosen).values_list("pk", "title"))
        return [(str(pk), title) for pk, title in shown.items()]

    def has_output(self) -> bool:
        """Also where nothing was found."""
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Anything but a key is ignored. The list holds no rows of other people's courses."""
        key = parse_key(self.value())
        return queryset if key is None else queryset.filter(**{self.course_path: key})
