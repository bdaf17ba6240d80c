"""What all lists of this app have in common: only rows of one's own courses, whatever is asked."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

from assessments.modeladmin.rights import AuthorRights, LookingRights, WorkButtons
from assessments.modeladmin.views import ArchiveView, PastView, WorkRemoveView
from learning.capabilities import Capability
from learning.modeladmin.base import AcademyAdmin, NoButtons
from learning.models import CoursePage


class CourseRowsAdmin(AcademyAdmin):
    """A list of rows that belong to courses; `course_path` leads from a row to its course."""

    course_path = "course"
    capability = Capability.SEE_DRAFTS
    """What shows a course's rows to a member of its team."""
    add_to_settings_menu = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        courses = CoursePage.objects.where_can(request.user, self.capability)
        return super().get_queryset(request).filter(self.scope(courses))

    def scope(self, courses: QuerySet[Any]) -> Q:
        return Q(**{f"{self.course_path}__in": courses.values("pk")})


class LookingAdmin(CourseRowsAdmin):
    """A list without forms: it has one address."""

    permission_helper_class = LookingRights
    capability = Capability.SEE_RECORDS
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
    delete_view_class = WorkRemoveView
    history_view_enabled = True
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

    def history_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        self.refuse_foreign(request, instance_pk)
        return super().history_view(request, instance_pk)

    def archive_view(self, request: HttpRequest, instance_pk: str) -> HttpResponse:
        self.refuse_foreign(request, instance_pk)
        return ArchiveView.as_view(model_admin=self, instance_pk=instance_pk)(request)
