"""What Wagtail's administration may offer for people and groups: it asks, permissions decide."""

from collections.abc import Iterable

from django.db.models import Model
from wagtail.permission_policies import ModelPermissionPolicy

from accounts.models import User
from accounts.permissions import Visitor, can_change_person, can_manage_people


class PeoplePolicy(ModelPermissionPolicy):
    """Administrators add and change people. Nobody deletes them, superusers included."""

    def user_has_permission(self, user: Visitor, action: str) -> bool:
        return action != "delete" and can_manage_people(user)

    def user_has_permission_for_instance(self, user: Visitor, action: str, instance: User) -> bool:
        if action == "change":
            return can_change_person(user, instance)
        return self.user_has_permission(user, action)


class NobodyPolicy(ModelPermissionPolicy):
    """For what follows from data elsewhere and is never edited by hand: groups."""

    def user_has_permission(self, user: Visitor, action: str) -> bool:
        return False

    def user_has_any_permission(self, user: Visitor, actions: Iterable[str]) -> bool:
        return False

    def user_has_permission_for_instance(self, user: Visitor, action: str, instance: Model) -> bool:
        return False
