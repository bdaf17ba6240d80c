"""What administrators do to many people at once. Each person goes through the same services."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_list_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.users.views.bulk_actions.user_bulk_action import UserBulkAction

from accounts.forms import RoleForm
from accounts.models import Role, User
from accounts.permissions import can_deactivate, can_set_role
from accounts.selectors import search_people
from accounts.services.people import deactivate_person, reactivate_person
from accounts.services.roles import set_role
from accounts.viewsets import PersonFilterSet
from core.errors import Conflict, InvalidInput
from core.parsing import parse_keys

AT_ONCE = 500
"""How many people one request changes."""


class PeopleBulkAction(UserBulkAction):
    """Acts on the people who are ticked, or on everybody whom the list's filters show."""

    any_permission_required = ["change"]
    template_name = "accounts/people/bulk_confirm.html"
    question: Any = ""
    confirm_label: Any = ""

    @classmethod
    def get_queryset(cls, model: type[User], object_ids: Any) -> list[User]:
        """Raises `InvalidInput` for more people than one request may change."""
        if isinstance(object_ids, QuerySet):
            people = model.objects.filter(pk__in=object_ids)
        else:
            people = model.objects.filter(pk__in=parse_keys(object_ids))
        found: list[User] = get_list_or_404(people.order_by("username")[: AT_ONCE + 1])
        if len(found) > AT_ONCE:
            raise InvalidInput(_("Choose at most %d people at once.") % AT_ONCE)
        return found

    def get_all_objects_in_listing_query(self, parent_id: object) -> QuerySet:
        people = PersonFilterSet(
            self.request.GET, queryset=User.objects.all(), request=self.request
        ).qs
        return search_people(people, self.request.GET.get("q", "")).values("pk")

    def check_perm(self, obj: User) -> bool:
        return can_deactivate(self.request.user, obj)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs, question=self.question, confirm_label=self.confirm_label
        )

    def get_execution_context(self) -> dict[str, Any]:
        return {"by": self.request.user}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """All of them or nobody: the first who can't be changed is named."""
        try:
            return super().form_valid(form)
        except Conflict as refusal:
            messages.error(self.request, _("Nobody was changed. %s") % refusal.message)
            return redirect(self.next_url)


class DeactivatePeople(PeopleBulkAction):
    display_name = _("Deactivate")
    aria_label = _("Deactivate selected people")
    action_type = "deactivate"
    action_priority = 20
    question = _(
        "These people are signed out at once and can’t sign in any more. Everything of theirs "
        "stays. Deactivate them?"
    )
    confirm_label = _("Yes, deactivate")

    @classmethod
    def execute_action(cls, objects: list[User], by: User, **kwargs: Any) -> tuple[int, int]:
        for person in objects:
            deactivate_person(user=person, by=by)
        return len(objects), 0

    def get_success_message(self, count: int, children: int) -> str:
        return ngettext(
            "%(count)d person is deactivated.", "%(count)d people are deactivated.", count
        ) % {"count": count}


class ReactivatePeople(PeopleBulkAction):
    display_name = _("Reactivate")
    aria_label = _("Reactivate selected people")
    action_type = "reactivate"
    action_priority = 30
    question = _("These people can sign in again, with the roles that they had. Reactivate them?")
    confirm_label = _("Yes, reactivate")

    @classmethod
    def execute_action(cls, objects: list[User], by: User, **kwargs: Any) -> tuple[int, int]:
        for person in objects:
            reactivate_person(user=person, by=by)
        return len(objects), 0

    def get_success_message(self, count: int, children: int) -> str:
        return ngettext(
            "%(count)d person is active again.", "%(count)d people are active again.", count
        ) % {"count": count}


class AssignRole(PeopleBulkAction):
    display_name = _("Assign role")
    aria_label = _("Assign a role to selected people")
    action_type = "assign_role"
    action_priority = 10
    form_class: type[forms.Form] = RoleForm
    question = _("What these people may do follows from their role, at once. Change it?")
    confirm_label = _("Yes, assign")

    def check_perm(self, obj: User) -> bool:
        return can_set_role(self.request.user, obj)

    def get_execution_context(self) -> dict[str, Any]:
        return {**super().get_execution_context(), "role": self.cleaned_form.cleaned_data["role"]}

    @classmethod
    def execute_action(
        cls, objects: list[User], by: User, role: str, **kwargs: Any
    ) -> tuple[int, int]:
        for person in objects:
            set_role(user=person, role=role, by=by)
        return len(objects), 0

    def get_success_message(self, count: int, children: int) -> str:
        role = Role(self.cleaned_form.cleaned_data["role"]).label
        return ngettext(
            "%(count)d person has the role %(role)s.",
            "%(count)d people have the role %(role)s.",
            count,
        ) % {"count": count, "role": role}
