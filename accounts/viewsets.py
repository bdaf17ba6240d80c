"""Wagtail's list of people: role in, groups out; deactivate instead of delete."""

from typing import Any

import django_filters
from django import forms
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.boolean_radio_select import BooleanRadioSelect
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log
from wagtail.users.views import users as stock

from accounts.forms import PersonForm
from accounts.models import Role, User
from accounts.permissions import can_change_person, can_deactivate
from accounts.querysets import UserQuerySet
from accounts.selectors import search_people
from accounts.services.people import deactivate_person, reactivate_person
from core.errors import Conflict


class PersonFilterSet(WagtailFilterSet):
    """By role, by whether somebody may sign in, by the last time they did."""

    role = django_filters.MultipleChoiceFilter(
        label=_("Role"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )
    is_active = django_filters.BooleanFilter(label=_("Active"), widget=BooleanRadioSelect)
    last_login = django_filters.DateFromToRangeFilter(
        label=_("Last sign-in"), widget=DateRangePickerWidget
    )

    class Meta:
        model = User
        fields: list[str] = []

    def __init__(self, *args: Any, is_searching: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class PeopleView(stock.IndexView):
    """Everybody, with a bounded number of queries."""

    page_title = _("People")
    add_item_label = _("Add a person")

    @cached_property
    def columns(self) -> list[Column]:
        name_column = self._get_title_column_class(stock.UserColumn)
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="user"),
            name_column(
                "name",
                accessor="display_name",
                label=_("Name"),
                sort_key="name",
                get_url=self.get_edit_url,
                classname="name person-name",
            ),
            Column("username", label=_("User name"), sort_key="username"),
            Column("email", label=_("E-mail address"), sort_key="email"),
            Column("role", accessor="get_role_display", label=_("Role")),
            BooleanColumn("is_active", label=_("Active")),
            DateColumn("last_login", label=_("Last sign-in"), sort_key="last_login"),
        ]

    def order_queryset(self, queryset: UserQuerySet) -> UserQuerySet:
        """With the key last, in the same direction: an index of both serves it."""
        ordered = super().order_queryset(queryset)
        first, *others = ordered.query.order_by
        return ordered.order_by(first, *others, "-pk" if first.startswith("-") else "pk")

    def get_edit_url(self, instance: User) -> str | None:
        may = can_change_person(self.request.user, instance)
        return super().get_edit_url(instance) if may else None

    def search_queryset(self, queryset: UserQuerySet) -> UserQuerySet:
        return search_people(queryset, self.search_query) if self.is_searching else queryset

    def get_list_more_buttons(self, instance: User) -> list[MenuItem]:
        buttons: list[MenuItem] = super().get_list_more_buttons(instance)
        if can_deactivate(self.request.user, instance):
            buttons.append(_activity_item(instance))
        return buttons


class AddPersonView(stock.CreateView):
    page_title = _("Add a person")
    success_message = _("%(object)s is added.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "by": self.request.user}

    def save_instance(self) -> User:
        person: User = self.form.save()
        log(person, "wagtail.create")
        return person


class EditPersonView(stock.EditView):
    success_message = _("%(object)s is saved.")
    error_message = _("Nothing is saved yet: see what is marked below.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_change_person(request.user, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "by": self.request.user}

    def save_instance(self) -> User:
        person: User = self.form.save()
        log(person, "wagtail.edit")
        if self.editing_self and self.form.cleaned_data["password1"]:
            update_session_auth_hash(self.request, person)
        return person

    def get_page_subtitle(self) -> str:
        return User.objects.get(pk=self.object.pk).display_name if self.form else ""

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        if not can_deactivate(self.request.user, self.object):
            return []
        item = _activity_item(self.object)
        return [Button(item.label, url=item.url, icon_name=item.icon_name, priority=20)]


class PersonActionView(
    BaseObjectMixin, PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView
):
    """Asks first, then does one thing to one person."""

    model = User
    permission_required = "change"
    template_name = "accounts/people/confirm.html"
    header_icon = "user"
    explanation: Any = ""
    confirm_label: Any = ""

    def get_page_subtitle(self) -> str:
        return self.object.display_name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            explanation=self.explanation,
            confirm_label=self.confirm_label,
            action_url=self.get_action_url(),
            cancel_url=reverse("wagtailusers_users:index"),
        )

    def get_action_url(self) -> str:
        return self.request.path

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_deactivate(request.user, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class DeactivateView(PersonActionView):
    page_title = _("Deactivate")
    explanation = _(
        "This person is signed out at once and can’t sign in any more. Courses, grades and "
        "everything else of theirs stay, and you can reactivate them at any time."
    )
    confirm_label = _("Yes, deactivate")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            deactivate_person(user=self.object, by=request.user)
        except Conflict as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(request, _("%s is deactivated.") % self.object.display_name)
        return redirect("wagtailusers_users:index")


class ReactivateView(PersonActionView):
    page_title = _("Reactivate")
    explanation = _("This person can sign in again, with the role that they had.")
    confirm_label = _("Yes, reactivate")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reactivate_person(user=self.object, by=request.user)
        messages.success(request, _("%s is active again.") % self.object.display_name)
        return redirect("wagtailusers_users:index")


class NoDeleteView(PersonActionView):
    """The address where people could be deleted: says why not, and what to do instead."""

    page_title = _("People are not deleted")
    explanation = _(
        "Courses, grades and other records point at this person, so nobody is ever deleted. "
        "Deactivate them instead: they are signed out at once and can’t sign in any more, and "
        "everything of theirs stays."
    )
    confirm_label = _("Deactivate instead")

    def get_action_url(self) -> str:
        return reverse("wagtailusers_users:deactivate", args=[self.object.pk])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(), status=409)
        return response


class UserViewSet(stock.UserViewSet):
    """People, by name: who they are, what they may be, whether they may sign in."""

    menu_label = _("People")
    copy_view_enabled = False
    filterset_class = PersonFilterSet
    index_view_class = PeopleView
    add_view_class = AddPersonView
    edit_view_class = EditPersonView
    delete_view_class = NoDeleteView
    template_prefix = ""

    @cached_property
    def index_template_name(self) -> str:
        return "wagtailusers/users/index.html"

    @cached_property
    def index_results_template_name(self) -> str:
        return "wagtailusers/users/index_results.html"

    @cached_property
    def delete_template_name(self) -> str:
        return PersonActionView.template_name

    def get_form_class(self, for_update: bool = False) -> type[PersonForm]:
        return PersonForm

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("deactivate/<int:pk>/", self._action(DeactivateView), name="deactivate"),
            path("reactivate/<int:pk>/", self._action(ReactivateView), name="reactivate"),
        ]

    def _action(self, view_class: type[PersonActionView]) -> Any:
        return self.construct_view(view_class)


def _activity_item(person: User) -> MenuItem:
    """The way to the page that deactivates, or that reactivates."""
    if person.is_active:
        url = reverse("wagtailusers_users:deactivate", args=[person.pk])
        return MenuItem(_("Deactivate"), url, icon_name="lock", priority=30)
    url = reverse("wagtailusers_users:reactivate", args=[person.pk])
    return MenuItem(_("Reactivate"), url, icon_name="lock-open", priority=30)
