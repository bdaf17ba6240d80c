"""What all lists of this app have in common: only rows of one's own courses, whatever is asked."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import re_path
from wagtail_modeladmin.options import ModelAdmin

from assessments.modeladmin.rights import AuthorRights, LookingRights, NoButtons, WorkButtons
from assessments.modeladmin.views import (
    AddView,
    ArchiveView,
    ChangeView,
    ListView,
    PastView,
    RemoveView,
)
from core.keys import parse_key
from learning.selectors.courses import get_graded_courses

ROWS = 50


class CourseRowsAdmin(ModelAdmin):
    """A list of rows that belong to courses; `course_path` leads from a row to its course."""

    course_path = "course"
    list_per_page = ROWS
    index_view_class = ListView
    index_view_extra_css = ["css/cms-lists.css"]
    add_to_settings_menu = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        courses = get_graded_courses(request.user)
        return super().get_queryset(request).filter(self.scope(courses))

    def register_indexing(self) -> None:
        """No reference index: nothing in here points at pages or files, and learners' rows are
        written far too often to keep one.
        """

    def scope(self, courses: QuerySet[Any]) -> Q:
        return Q(**{f"{self.course_path}__in": courses.values("pk")})


class LookingAdmin(CourseRowsAdmin):
    """A list without forms: it has one address."""

    permission_helper_class = LookingRights
    button_helper_class = NoButtons

    def get_admin_urls_for_registration(self) -> tuple[Any, ...]:
        helper = self.url_helper
        pattern = helper.get_action_url_pattern("index")
        return (re_path(pattern, self.index_view, name=helper.get_action_url_name("index")),)

    def register_admin_url_finders(self) -> None:
        """Rows that have no form have no address of it."""


class AuthoredAdmin(CourseRowsAdmin):
    """Rows that are written here. Those of other people's courses do not exist."""

    permission_helper_class = AuthorRights
    button_helper_class = WorkButtons
    create_view_class = AddView
    edit_view_class = ChangeView
    delete_view_class = RemoveView
    history_view_class = PastView
    archive: Callable[..., None]
    """`archive(row, by)`, and so on: the services that do it."""
    restore: Callable[..., None]
    delete: Callable[..., None]
    count_records: Callable[[Any], list[str]]

    def get_admin_urls_for_registration(self) -> tuple[Any, ...]:
        helper = self.url_helper
        archive = re_path(
            helper.get_action_url_pattern("archive"),
            self.archive_view,
            name=helper.get_action_url_name("archive"),
        )
        return (*super().get_admin_urls_for_registration(), archive)

    def edit_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        self.find_or_404(request, instance_pk)
        return super().edit_view(request, instance_pk)

    def delete_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        self.find_or_404(request, instance_pk)
        return super().delete_view(request, instance_pk)

    def history_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        self.find_or_404(request, instance_pk)
        return super().history_view(request, instance_pk)

    def archive_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        self.find_or_404(request, instance_pk)
        return ArchiveView.as_view(model_admin=self, instance_pk=instance_pk)(request)

    def find_or_404(self, request: HttpRequest, key: str) -> None:
        """Keys are numbers; one that is none, or too long for the database, is nobody's."""
        if parse_key(key) is None:
            raise Http404
        if not self.get_queryset(request).filter(pk=key).exists():
            raise Http404
