"""The list of courses, and the subjects that they are about."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail_modeladmin.helpers import PagePermissionHelper, PermissionHelper

from accounts.permissions import can_author, is_administrator
from core.numbers import format_count
from core.parsing import parse_key
from learning.capabilities import Capability
from learning.modeladmin.base import NOBODY, AcademyAdmin, ChoiceFilter, NoButtons, RemoveView
from learning.models import CourseIndexPage, CoursePage, CourseTeam, Subject
from learning.models.pages import Level
from learning.selectors.counts import sum_of_counts


class CourseState(SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"
    conditions = {
        "live": Q(live=True, archived_at__isnull=True),
        "draft": Q(live=False, archived_at__isnull=True),
        "archived": Q(archived_at__isnull=False),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("live", _("Live")), ("draft", _("Draft")), ("archived", _("Archived"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(self.conditions.get(self.value() or "", Q()))


class LevelFilter(ChoiceFilter):
    title = gettext_lazy("level")
    parameter_name = "level"
    field = "level"
    options = Level.choices


class SubjectFilter(SimpleListFilter):
    title = gettext_lazy("subject")
    parameter_name = "subject"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(Subject.objects.values_list("pk", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        key = parse_key(value)
        return queryset.none() if key is None else queryset.filter(subject_id=key)


class CourseRights(PagePermissionHelper):
    def user_can_list(self, user: Any) -> bool:
        return can_author(user)

    def user_can_create(self, user: Any) -> bool:
        return can_author(user)

    def get_valid_parent_pages(self, user: Any) -> QuerySet[Any]:
        return CourseIndexPage.objects.all() if can_author(user) else CourseIndexPage.objects.none()


class CourseAdmin(AcademyAdmin):
    model = CoursePage
    menu_label = gettext_lazy("Courses")
    menu_icon = "doc-full-inverse"
    permission_helper_class = CourseRights
    button_helper_class = NoButtons
    list_display = (
        "linked_title",
        "leads",
        "subject_name",
        "level_name",
        "state",
        "enrolled",
        "lessons",
    )
    sortable_by = ("linked_title", "lessons")
    list_filter = (CourseState, LevelFilter, SubjectFilter)
    search_fields = ("title", "summary")
    ordering = ("title",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CoursePage]:
        own = CoursePage.objects.looked_after_by(request.user).values("pk")
        leads = CourseTeam.objects.leading().select_related("user")
        return (
            super()
            .get_queryset(request)
            .filter(pk__in=own)
            .select_related("subject")
            .prefetch_related(Prefetch("team", queryset=leads, to_attr="lead_rows"))
            .annotate(
                enrolled_number=sum_of_counts("students"),
                is_written=_has_capability(request.user, Capability.EDIT),
                sees_records=_has_capability(request.user, Capability.SEE_RECORDS),
            )
        )

    def linked_title(self, course: Any) -> SafeString:
        """Graders see the course's figures; its pages are for those who write them."""
        title = course.draft_title or course.title
        if not course.is_written:
            return format_html("{}", title)
        url = reverse("wagtailadmin_explore", args=[course.pk])
        return format_html('<a href="{}">{}</a>', url, title)

    linked_title.short_description = gettext_lazy("title")  # type: ignore[attr-defined]
    linked_title.admin_order_field = "title"  # type: ignore[attr-defined]

    def leads(self, course: Any) -> str:
        return ", ".join(row.user.display_name for row in course.lead_rows) or NOBODY

    leads.short_description = gettext_lazy("lead teachers")  # type: ignore[attr-defined]

    def subject_name(self, course: CoursePage) -> str:
        return str(course.subject or NOBODY)

    subject_name.short_description = gettext_lazy("subject")  # type: ignore[attr-defined]

    def level_name(self, course: CoursePage) -> str:
        return str(course.get_level_display())

    level_name.short_description = gettext_lazy("level")  # type: ignore[attr-defined]

    def state(self, course: CoursePage) -> str:
        if course.archived_at is not None:
            return _("Archived")
        return _("Live") if course.live else _("Draft")

    state.short_description = gettext_lazy("state")  # type: ignore[attr-defined]

    def enrolled(self, course: Any) -> str:
        return format_count(course.enrolled_number) if course.sees_records else NOBODY

    enrolled.short_description = gettext_lazy("students")  # type: ignore[attr-defined]

    def lessons(self, course: CoursePage) -> int:
        return int(course.lesson_count)

    lessons.short_description = gettext_lazy("lessons")  # type: ignore[attr-defined]
    lessons.admin_order_field = "lesson_count"  # type: ignore[attr-defined]


def _has_capability(user: Any, capability: Capability) -> Any:
    """Whether `user` has it in each course, as a column."""
    if is_administrator(user):
        return Value(True)
    members = CourseTeam.objects.with_capability(capability)
    return Exists(members.filter(user=user, course=OuterRef("pk")))


# -- Subjects -----------------------------------------------------------------------------------
class SubjectRights(PermissionHelper):
    """Administrators alone."""

    def user_can_list(self, user: Any) -> bool:
        return is_administrator(user)

    user_can_create = user_can_list

    def user_can_edit_obj(self, user: Any, obj: Subject) -> bool:
        return is_administrator(user)

    user_can_delete_obj = user_can_edit_obj


class RemoveSubjectView(RemoveView):
    """Says how many courses are about the subject, and does not list them all."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        used = self.instance.courses.count()
        if used:
            return self.render_to_response(self.get_context_data(used=used), status=409)
        return super().post(request, *args, **kwargs)


class SubjectAdmin(AcademyAdmin):
    model = Subject
    menu_label = gettext_lazy("Subjects")
    menu_icon = "tag"
    permission_helper_class = SubjectRights
    delete_view_class = RemoveSubjectView
    delete_template_name = "modeladmin/learning/subject/delete.html"
    list_display = ("name", "courses_number")
    sortable_by = ("name", "courses_number")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("art")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subject]:
        return super().get_queryset(request).annotate(number=Count("courses"))

    def courses_number(self, subject: Any) -> int:
        return int(subject.number)

    courses_number.short_description = gettext_lazy("courses")  # type: ignore[attr-defined]
    courses_number.admin_order_field = "number"  # type: ignore[attr-defined]
