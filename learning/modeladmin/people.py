"""Who learns in a course, and who teaches it."""

from typing import Any

from django.db.models import QuerySet
from django.forms import Select
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail_modeladmin.helpers import PermissionHelper

from accounts.permissions import can_author, is_administrator
from core.errors import DomainError
from core.parsing import parse_key
from learning.capabilities import Capability
from learning.choosers import offer_courses
from learning.forms import CourseTeamForm
from learning.modeladmin.base import (
    AcademyAdmin,
    AddView,
    ChangeView,
    ChoiceFilter,
    CourseFilter,
    CourseRowButtons,
    NoButtons,
    RemoveView,
)
from learning.models import CoursePage, CourseTeam, Enrollment
from learning.models.enrollment import EnrollmentState
from learning.permissions import can_manage_team
from learning.services import teams


# -- Enrollments --------------------------------------------------------------------------------
class EnrollmentStateFilter(ChoiceFilter):
    title = gettext_lazy("state")
    parameter_name = "state"
    field = "state"
    options = EnrollmentState.choices


class LookingRights(PermissionHelper):
    """Everybody who authors sees the list, which holds their courses; nobody writes in it."""

    def user_can_list(self, user: Any) -> bool:
        return can_author(user)

    def user_can_create(self, user: Any) -> bool:
        return False

    def user_can_inspect_obj(self, user: Any, obj: Any) -> bool:
        return can_author(user)

    def user_can_edit_obj(self, user: Any, obj: Any) -> bool:
        return False

    user_can_delete_obj = user_can_edit_obj


class InspectButton(NoButtons):
    def get_buttons_for_obj(self, obj: Any, **kwargs: Any) -> list[dict[str, Any]]:
        exclude = kwargs.get("exclude") or []
        classes = kwargs.get("classnames_add") or []
        return [] if "inspect" in exclude else [self.inspect_button(obj.pk, classes)]

    def get_primary_button(self, obj: Any) -> dict[str, Any]:
        return self.inspect_button(obj.pk)


class EnrollmentAdmin(AcademyAdmin):
    """Students enroll themselves; this list is for looking."""

    model = Enrollment
    menu_label = gettext_lazy("Enrollments")
    menu_icon = "user"
    permission_helper_class = LookingRights
    button_helper_class = InspectButton
    inspect_view_enabled = True
    inspect_view_fields = [
        *("student_name", "course_title", "state", "source", "progress"),
        *("enrolled_at", "completed_at", "last_seen_at"),
    ]
    list_display = ("student_name", "course_title", "state", "progress", "last_seen_at")
    sortable_by = ("student_name", "last_seen_at")
    list_filter = (CourseFilter, EnrollmentStateFilter)
    list_select_related = ("student", "course")
    search_fields = ("student__first_name", "student__last_name", "student__username")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enrollment]:
        everything = super().get_queryset(request)
        if is_administrator(request.user):
            return everything
        own = CoursePage.objects.where_can(request.user, Capability.SEE_RECORDS).values("pk")
        return everything.filter(course_id__in=own)

    def student_name(self, enrollment: Enrollment) -> str:
        return str(enrollment.student.display_name)

    student_name.short_description = gettext_lazy("student")  # type: ignore[attr-defined]
    student_name.admin_order_field = "student__username"  # type: ignore[attr-defined]

    def course_title(self, enrollment: Enrollment) -> str:
        return str(enrollment.course.title)

    course_title.short_description = gettext_lazy("course")  # type: ignore[attr-defined]

    def progress(self, enrollment: Enrollment) -> str:
        return f"{enrollment.lessons_done} / {enrollment.course.required_count}"

    progress.short_description = gettext_lazy("required lessons done")  # type: ignore[attr-defined]


# -- Course teams -------------------------------------------------------------------------------
def _managed_courses(user: Any) -> QuerySet[CoursePage]:
    """Courses whose team `user` may change."""
    return CoursePage.objects.where_can(user, Capability.MANAGE_TEAM)


class TeamRights(PermissionHelper):
    """Leads manage their courses' teams, administrators every team."""

    def user_can_list(self, user: Any) -> bool:
        return can_author(user)

    def user_can_create(self, user: Any) -> bool:
        return can_author(user) and _managed_courses(user).exists()

    def user_can_edit_obj(self, user: Any, obj: CourseTeam) -> bool:
        return can_manage_team(user, obj.course)

    user_can_delete_obj = user_can_edit_obj


class TeamButtons(CourseRowButtons):
    capability = Capability.MANAGE_TEAM


class TeamFormView:
    """Saves through the service, and shows its refusal beside the field."""

    def get_form(self) -> CourseTeamForm:
        form = super().get_form()  # type: ignore[misc]
        fixed = form.instance.course_id if form.instance.pk else None
        courses = _managed_courses(self.request.user)  # type: ignore[attr-defined]
        offer_courses(form.fields["course"], courses, fixed=fixed)
        return form

    def form_valid(self, form: CourseTeamForm) -> HttpResponse:
        try:
            member = self.change(form)
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            return self.form_invalid(form)  # type: ignore[attr-defined]
        words = self.get_success_message(member)  # type: ignore[attr-defined]
        messages.success(self.request, words)  # type: ignore[attr-defined]
        return redirect(self.index_url)  # type: ignore[attr-defined]

    def change(self, form: CourseTeamForm) -> CourseTeam:
        raise NotImplementedError


class AddMemberView(TeamFormView, AddView):
    def get_instance(self) -> CourseTeam:
        course = self.request.GET.get("course", "")
        found = _managed_courses(self.request.user).filter(pk=parse_key(course))
        return CourseTeam(course=found.first())

    def change(self, form: CourseTeamForm) -> CourseTeam:
        given = form.cleaned_data
        return teams.add_member(
            course=given["course"], user=given["user"], role=given["role"], by=self.request.user
        )


class ChangeMemberView(TeamFormView, ChangeView):
    def change(self, form: CourseTeamForm) -> CourseTeam:
        return teams.change_role(
            member=self.instance, role=form.cleaned_data["role"], by=self.request.user
        )


class RemoveMemberView(RemoveView):
    """Asks, then takes the person off the team; the last lead stays."""

    page_title = gettext_lazy("Remove from the team")

    def get_page_subtitle(self) -> str:
        return str(self.instance.user.display_name)

    def confirmation_message(self) -> str:
        return _(
            "Take %(person)s off the team of “%(course)s”? What they did there stays, and they can "
            "be added again."
        ) % {"person": self.instance.user.display_name, "course": self.instance.course.title}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            teams.remove_member(member=self.instance, by=request.user)
        except DomainError as refusal:
            messages.error(request, str(refusal.message))
            return redirect(self.index_url)
        name = self.instance.user.display_name
        messages.success(request, _("%(name)s is no longer on the team.") % {"name": name})
        return redirect(self.index_url)


class CourseTeamAdmin(AcademyAdmin):
    model = CourseTeam
    menu_label = gettext_lazy("Course teams")
    menu_icon = "group"
    permission_helper_class = TeamRights
    button_helper_class = TeamButtons
    create_view_class = AddMemberView
    edit_view_class = ChangeMemberView
    delete_view_class = RemoveMemberView
    list_display = ("person", "course_title", "role")
    sortable_by = ("person", "course_title")
    list_filter = (CourseFilter,)
    list_select_related = ("course", "user")
    search_fields = ("user__first_name", "user__last_name", "user__username", "course__title")
    edit_handler = ObjectList(
        [FieldPanel("course", widget=Select), FieldPanel("user"), FieldPanel("role")],
        base_form_class=CourseTeamForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[CourseTeam]:
        own = CoursePage.objects.looked_after_by(request.user).values("pk")
        return super().get_queryset(request).filter(course_id__in=own)

    def person(self, member: CourseTeam) -> str:
        return str(member.user.display_name)

    person.short_description = gettext_lazy("person")  # type: ignore[attr-defined]
    person.admin_order_field = "user__username"  # type: ignore[attr-defined]

    def course_title(self, member: CourseTeam) -> str:
        return str(member.course.title)

    course_title.short_description = gettext_lazy("course")  # type: ignore[attr-defined]
    course_title.admin_order_field = "course__title"  # type: ignore[attr-defined]
