"""Choosing an activity or a course in the CMS: out of one's own courses, and no others."""

from functools import reduce
from operator import or_
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


MOST_LISTED = 25
"""Courses in a list to choose from. Whoever has more searches for one."""


class OwnActivities:
    """Activities of the courses that somebody may edit, and not archived."""

    def get_own(self) -> QuerySet[Any]:
        courses = CoursePage.objects.where_can(self.request.user, Capability.EDIT)  # type: ignore[attr-defined]
        rows = Activity.objects.filter(archived=False)
        return rows.filter(course__in=courses.values("pk")).select_related("course")


class OwnCourses:
    """Courses that somebody may edit."""

    def get_own(self) -> QuerySet[Any]:
        user = self.request.user  # type: ignore[attr-defined]
        return CoursePage.objects.where_can(user, Capability.EDIT).order_by("title", "pk")


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


class ChosenByKey:
    def get_object(self, pk: str) -> Any:
        key = parse_key(pk)
        if key is None:
            raise Http404
        return self.get_own().get(pk=key)  # type: ignore[attr-defined]


class ChosenByKeys:
    def get_objects(self, pks: list[str]) -> QuerySet[Any]:
        return self.get_own().filter(pk__in=parse_keys(pks))  # type: ignore[attr-defined]


class OwnChosenView(OwnActivities, ChosenByKey, ChosenView):
    pass


class OwnChosenMultipleView(OwnActivities, ChosenByKeys, ChosenMultipleView):
    pass


class CourseListMixin(OwnCourses):
    filter_form_class = TermFilterForm

    def get_object_list(self) -> QuerySet[Any]:
        return self.get_own()


class CourseChooseView(CourseListMixin, ChooseView):
    pass


class CourseChooseResultsView(CourseListMixin, ChooseResultsView):
    pass


class CourseChosenView(OwnCourses, ChosenByKey, ChosenView):
    pass


class CourseChosenMultipleView(OwnCourses, ChosenByKeys, ChosenMultipleView):
    pass


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


class CourseChooserViewSet(ChooserViewSet):
    """For forms alone: pages of the CMS choose pages by Wagtail's own chooser."""

    model = "learning.CoursePage"
    icon = "doc-full-inverse"
    choose_one_text = _("Choose a course")
    choose_another_text = _("Choose another course")
    edit_item_text = _("Edit this course")
    register_widget = False
    choose_view_class = CourseChooseView
    choose_results_view_class = CourseChooseResultsView
    chosen_view_class = CourseChosenView
    chosen_multiple_view_class = CourseChosenMultipleView
    per_page = 20


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


class ActivityURLFinder:
    """Where the CMS edits an activity: its kind knows. Without a user, Wagtail asks for anybody."""

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_edit_url(self, activity: Activity) -> str | None:
        if self.user is not None and not can_edit_course(self.user, activity.course):
            return None
        return activity_kinds[activity.kind].get_edit_url(activity.pk)


register_admin_url_finder(Activity, ActivityURLFinder)
