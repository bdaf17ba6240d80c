"""What groups may do in the CMS, beside the model permissions that `accounts.roles` gives them.

Administrators: every page and every collection. Teachers: choose from the shared library. All
else that teachers may do comes from their course teams (`learning.policies`).
"""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from accounts.models import GROUP_NAMES, Role

PAGE_PERMISSIONS = (
    "add_page",
    "change_page",
    "publish_page",
    "lock_page",
    "unlock_page",
    "bulk_delete_page",
)
FILE_PERMISSIONS = (
    "add_image",
    "change_image",
    "choose_image",
    "add_document",
    "change_document",
    "choose_document",
)
COLLECTION_PERMISSIONS = ("add_collection", "change_collection", "delete_collection")
LIBRARY_PERMISSIONS = ("choose_image", "choose_document")
LIBRARY_NAME = "Shared library"
WAGTAIL_APPS = ("wagtailcore", "wagtailimages", "wagtaildocs")


@transaction.atomic
def sync_editor_rights() -> None:
    """Writes the groups' rights on the page tree and on collections. Safe to run at any time."""
    root, top = Page.objects.filter(depth=1).first(), Collection.objects.filter(depth=1).first()
    if root is None or top is None:
        return
    administrators = _group(Role.ADMIN)
    for permission in _permissions(PAGE_PERMISSIONS):
        GroupPagePermission.objects.get_or_create(
            group=administrators, page_id=root.pk, permission=permission
        )
    _grant(administrators, top, (*FILE_PERMISSIONS, *COLLECTION_PERMISSIONS))
    _share_library(_group(Role.TEACHER), top)


def _share_library(teachers: Group, top: Collection) -> None:
    """One collection to choose from; which, administrators may change afterwards."""
    granted = GroupCollectionPermission.objects.filter(group=teachers)
    if not granted.filter(permission__codename__in=LIBRARY_PERMISSIONS).exists():
        _grant(teachers, top.add_child(name=LIBRARY_NAME), LIBRARY_PERMISSIONS)


def _grant(group: Group, collection: Collection, names: Iterable[str]) -> None:
    for permission in _permissions(names):
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=permission
        )


def _permissions(names: Iterable[str]) -> Iterable[Permission]:
    return Permission.objects.filter(
        content_type__app_label__in=WAGTAIL_APPS, codename__in=list(names)
    )


def _group(role: str) -> Group:
    group, _created = Group.objects.get_or_create(name=GROUP_NAMES[role])
    return group
