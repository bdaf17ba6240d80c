"""Choosing an activity or a course in the CMS: out of one's own courses, and no others."""

from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from wagtail.admin.admin_url_finder import register_admin_url_finder
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import (
    ChooseResultsView,
    ChooseView,
    ChosenMultipleView,
    ChosenView,
    CreateView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.models import Page

from core.parsing import clean_term, parse_key, parse_keys
from learning.capabilities import Capability
from learning.memberships import get_course_of
from learning.models import Activity, CoursePage
from learning.permissions import can_edit_course
from learning.registries import activity_kinds

PAGE_NAMES = {
    "wagtailadmin_pages:edit": "page_id",
    "wagtailadmin_pages:add": "parent_page_id",
}
"""What the addresses of the editor call the page that is in a course."""


MOST_LISTED = 25
"""Courses in a list to choose from. Whoever has more searches for one."""


class TermFilterForm(BaseFilterForm):
    """Finds rows by a word in one of `fields`."""

    fields_searched: tuple[str, ...] = ("title",)
    q = forms.CharField(
        label=_("Search term"),
        widget=forms.TextInput(attrs={"placeholder": _("Search")}),
        required=False,
        max_length=200,
    )

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        objects = super().filter(objects)
        term = clean_term(self.cleaned_data.get("q", ""))
        if term:
            self.is_searching, self.search_query = True, term
            found = [Q(**{f"{name}__icontains": term}) for name in self.fields_searched]
            objects = objects.filter(reduce(or_, found))
        return objects


class ActivityFilterForm(TermFilterForm):
    fields_searched = ("title", "course__title")


class OwnList:
    """A list of one's own rows to choose from, as the chooser describes it."""

    chooser: "OwnChooserViewSet | None" = None
    filter_form_class = TermFilterForm

    def get_object_list(self) -> QuerySet[Any]:
        return self.chooser.get_listed(self.request)  # type: ignore[attr-defined, union-attr]

    @property
    def columns(self) -> list[Column]:
        return [*super().columns, *self.chooser.more_columns]  # type: ignore[misc, union-attr]


class OwnChooseView(OwnList, ChooseView):
    pass


class OwnChooseResultsView(OwnList, ChooseResultsView):
    pass


class OwnChosenView(ChosenView):
    chooser: "OwnChooserViewSet | None" = None

    def get_object(self, pk: str) -> Any:
        key = parse_key(pk)
        if key is None:
            raise Http404
        return self.chooser.get_own(self.request).get(pk=key)


class OwnChosenMultipleView(ChosenMultipleView):
    chooser: "OwnChooserViewSet | None" = None

    def get_objects(self, pks: list[str]) -> QuerySet[Any]:
        return self.chooser.get_own(self.request).filter(pk__in=parse_keys(pks))


class NothingToCreateView(CreateView):
    """What is chosen here is written elsewhere. Without a form Wagtail's own view fails."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        raise Http404


class OwnChooserViewSet(ChooserViewSet):
    """Lists rows of one's own, and takes no others, whatever keys are sent."""

    choose_view_class = OwnChooseView
    choose_results_view_class = OwnChooseResultsView
    chosen_view_class = OwnChosenView
    chosen_multiple_view_class = OwnChosenMultipleView
    create_view_class = NothingToCreateView
    filter_form_class = TermFilterForm
    more_columns: tuple[Column, ...] = ()
    per_page = 20

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        own = {"chooser": self, "filter_form_class": self.filter_form_class}
        return super().get_common_view_kwargs(**own, **kwargs)

    def get_own(self, request: HttpRequest) -> QuerySet[Any]:
        """What somebody may choose."""
        raise NotImplementedError

    def get_listed(self, request: HttpRequest) -> QuerySet[Any]:
        """What is offered before they search."""
        return self.get_own(request)


def find_course_written(address: str) -> CoursePage | None:
    """The course of the page whose editor has this address. A convenience: it gives no right."""
    try:
        match = resolve(urlsplit(address).path)
    except (ValueError, Resolver404):
        return None
    name = PAGE_NAMES.get(match.view_name)
    page = Page.objects.filter(pk=match.kwargs[name]).first() if name else None
    return get_course_of(page.specific) if page is not None else None


class ActivityChooserViewSet(OwnChooserViewSet):
    """Activities of the courses that somebody may edit, and not archived."""

    model = "learning.Activity"
    icon = "tasks"
    choose_one_text = _("Choose an activity")
    choose_another_text = _("Choose another activity")
    edit_item_text = _("Edit this activity")
    filter_form_class = ActivityFilterForm
    more_columns = (
        Column("kind", label=_("Kind"), accessor=lambda row: activity_kinds[row.kind].label),
        Column("course", label=_("Course")),
    )

    def get_own(self, request: HttpRequest) -> QuerySet[Any]:
        courses = CoursePage.objects.where_can(request.user, Capability.EDIT)
        rows = Activity.objects.filter(archived=False)
        return rows.filter(course__in=courses.values("pk")).select_related("course")

    def get_listed(self, request: HttpRequest) -> QuerySet[Any]:
        """Of the course whose lesson is being written, where the browser says which it is."""
        course = find_course_written(request.headers.get("Referer", ""))
        if course is None or not can_edit_course(request.user, course):
            return self.get_own(request)
        return self.get_own(request).filter(course=course)


activity_chooser_viewset = ActivityChooserViewSet(
    "activity_chooser", url_prefix="learning/activities/choose"
)


class CourseChooserViewSet(OwnChooserViewSet):
    """Courses that somebody may edit.

    For forms alone: pages of the CMS choose pages by Wagtail's own chooser.
    """

    model = "learning.CoursePage"
    icon = "doc-full-inverse"
    choose_one_text = _("Choose a course")
    choose_another_text = _("Choose another course")
    edit_item_text = _("Edit this course")
    register_widget = False

    def get_own(self, request: HttpRequest) -> QuerySet[Any]:
        return CoursePage.objects.where_can(request.user, Capability.EDIT).order_by("title", "pk")


course_chooser_viewset = CourseChooserViewSet(
    "course_chooser", url_prefix="learning/courses/choose"
)


class CourseChooser(course_chooser_viewset.widget_class):  # type: ignore[name-defined, misc]
    """Names a course only where it is one of those that the form offers."""

    show_edit_link = False

    def __init__(self, courses: QuerySet[CoursePage], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.courses = courses

    def get_instance(self, value: Any) -> Any:
        key = value.pk if isinstance(value, CoursePage) else parse_key(value)
        return self.courses.filter(pk=key).first() if key is not None else None


def offer_courses(
    field: Any, courses: QuerySet[CoursePage], *, fixed: int | None = None
) -> list[CoursePage]:
    """Lets a form's field name one of these courses: out of a list, or where they are many, by a
    search. `fixed`: it names this one for good. Returns the first of what it offers.
    """
    field.disabled = fixed is not None
    field.queryset = courses.order_by("title", "pk")
    if fixed is not None:
        field.queryset = CoursePage.objects.filter(pk=fixed)
    offered = list(field.queryset[: MOST_LISTED + 1])
    if len(offered) > MOST_LISTED:
        field.widget = CourseChooser(field.queryset)
    return offered


class ActivityURLFinder:
    """Where the CMS edits an activity: its kind knows. Without a user, Wagtail asks for anybody."""

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_edit_url(self, activity: Activity) -> str | None:
        if self.user is not None and not can_edit_course(self.user, activity.course):
            return None
        return activity_kinds[activity.kind].get_edit_url(activity.pk)


register_admin_url_finder(Activity, ActivityURLFinder)
