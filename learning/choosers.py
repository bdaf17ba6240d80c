"""Choosing an activity in the CMS: out of one's own courses, and no others."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404
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
)
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.models import Page

from core.keys import parse_key, parse_keys
from core.search_terms import clean_term
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


class OwnActivities:
    """Activities of the courses that somebody may edit, and not archived."""

    def get_own(self) -> QuerySet[Any]:
        courses = CoursePage.objects.where_can(self.request.user, Capability.EDIT)  # type: ignore[attr-defined]
        rows = Activity.objects.filter(archived=False)
        return rows.filter(course__in=courses.values("pk")).select_related("course")


class ActivityFilterForm(BaseFilterForm):
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
            objects = objects.filter(Q(title__icontains=term) | Q(course__title__icontains=term))
        return objects


class OwnListMixin(OwnActivities):
    filter_form_class = ActivityFilterForm

    def get_object_list(self) -> QuerySet[Any]:
        """Of the course whose lesson is being written, where the browser says which it is."""
        request = self.request  # type: ignore[attr-defined]
        course = _find_course_written(request.headers.get("Referer", ""))
        if course is None or not can_edit_course(request.user, course):
            return self.get_own()
        return self.get_own().filter(course=course)

    @property
    def columns(self) -> list[Column]:
        kind = Column("kind", label=_("Kind"), accessor=_name_kind)
        return [*super().columns, kind, Column("course", label=_("Course"))]  # type: ignore[misc]


class OwnChooseView(OwnListMixin, ChooseView):
    pass


class OwnChooseResultsView(OwnListMixin, ChooseResultsView):
    pass


class OwnChosenView(OwnActivities, ChosenView):
    def get_object(self, pk: str) -> Any:
        key = parse_key(pk)
        if key is None:
            raise Http404
        return self.get_own().get(pk=key)


class OwnChosenMultipleView(OwnActivities, ChosenMultipleView):
    def get_objects(self, pks: list[str]) -> QuerySet[Any]:
        return self.get_own().filter(pk__in=parse_keys(pks))


def _name_kind(activity: Activity) -> Any:
    return activity_kinds[activity.kind].label


def _find_course_written(address: str) -> CoursePage | None:
    """The course of the page whose editor has this address. A convenience: it gives no right."""
    try:
        match = resolve(urlsplit(address).path)
    except (ValueError, Resolver404):
        return None
    name = PAGE_NAMES.get(match.view_name)
    page = Page.objects.filter(pk=match.kwargs[name]).first() if name else None
    return get_course_of(page.specific) if page is not None else None


class ActivityChooserViewSet(ChooserViewSet):
    model = "learning.Activity"
    icon = "tasks"
    choose_one_text = _("Choose an activity")
    choose_another_text = _("Choose another activity")
    edit_item_text = _("Edit this activity")
    choose_view_class = OwnChooseView
    choose_results_view_class = OwnChooseResultsView
    chosen_view_class = OwnChosenView
    chosen_multiple_view_class = OwnChosenMultipleView
    per_page = 20


activity_chooser_viewset = ActivityChooserViewSet(
    "activity_chooser", url_prefix="learning/activities/choose"
)


class ActivityURLFinder:
    """Where the CMS edits an activity: its kind knows. Without a user, Wagtail asks for anybody."""

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_edit_url(self, activity: Activity) -> str | None:
        if self.user is not None and not can_edit_course(self.user, activity.course):
            return None
        return activity_kinds[activity.kind].get_edit_url(activity.pk)


register_admin_url_finder(Activity, ActivityURLFinder)
