"""Roles as data: every app says which permissions a role needs, one function writes them down.

An app contributes in its `AppConfig.ready()`, under its own name:

    role_permissions.register("learning", {Role.TEACHER: ["learning.add_coursepage"]})
"""

import logging
from collections.abc import Iterable, Mapping

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import F, Q

from accounts.models import GROUP_NAMES, User
from core.registries import Registry

logger = logging.getLogger(__name__)

ACCESS_ADMIN = "wagtailadmin.access_admin"
STOCK_GROUPS = ("Editors", "Moderators")
"""Wagtail's own groups. Whoever were in them would have rights that no role gives."""

role_permissions: Registry[Mapping[str, Iterable[str]]] = Registry("role permissions")
"""App name → role → permissions as "app.codename"."""


def permissions_of(role: str) -> set[str]:
    """Every permission of a role, as "app.codename". Empty for students."""
    if role not in GROUP_NAMES:
        return set()
    contributed = (rights.get(role, ()) for rights in role_permissions.values())
    return {ACCESS_ADMIN}.union(*contributed)


@transaction.atomic
def sync_roles() -> None:
    """Makes groups and memberships exactly what the registry and people's roles say.

    May run at any time and any number of times. Permissions that do not exist (yet) are left out
    and named in the log.
    """
    Group.objects.filter(name__in=STOCK_GROUPS).delete()
    for role, name in GROUP_NAMES.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set(_find_permissions(role))
        _sync_members(group, role)
    User.objects.exclude(is_staff=F("is_superuser")).update(is_staff=F("is_superuser"))


def _find_permissions(role: str) -> list[Permission]:
    wanted = permissions_of(role)
    condition = Q()
    for name in wanted:
        app_label, _dot, codename = name.partition(".")
        condition |= Q(content_type__app_label=app_label, codename=codename)
    found = list(Permission.objects.filter(condition).select_related("content_type"))
    missing = wanted - {f"{row.content_type.app_label}.{row.codename}" for row in found}
    if missing:
        logger.warning("Role %s: no such permissions: %s", role, ", ".join(sorted(missing)))
    return found


def _sync_members(group: Group, role: str) -> None:
    members = User.groups.through.objects
    members.filter(group=group).exclude(user__role=role).delete()
    missing = User.objects.filter(role=role).exclude(groups=group).values_list("pk", flat=True)
    members.bulk_create(
        [User.groups.through(user_id=pk, group_id=group.pk) for pk in missing],
        ignore_conflicts=True,
    )
