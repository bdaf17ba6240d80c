"""Who may do what in the CMS: Wagtail's group rights, and what course teams add to them.

A team row in force gives rights on its course's pages and on its course's collection, and nowhere
else. The rows are read afresh for each request: whoever loses the role or leaves the team has no
rights at the next one. Nothing here gives the right to publish.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from wagtail.models import AbstractPage, Collection, Page, PagePermissionTester
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry, register_permission_policy

from accounts.permissions import can_author
from learning.capabilities import Capability
from learning.models import CourseDocument, CourseImage, CourseIndexPage, CoursePage, CourseTeam

PAGE_RIGHTS = ("add_page", "change_page")
FILE_RIGHTS = {
    "image": ("add_image", "change_image", "choose_image"),
    "document": ("add_document", "change_document", "choose_document"),
}


@dataclass(frozen=True)
class Codename:
    """Stands where Wagtail expects a Permission row: only its code name is ever read."""

    codename: str


@dataclass(frozen=True, eq=False)
class PageRight:
    """One right on a page and all below it, in the shape of a `GroupPagePermission`."""

    page: Page
    permission: Codename

    @property
    def page_id(self) -> int:
        return int(self.page.pk)


@dataclass(frozen=True, eq=False)
class CollectionRight:
    """One right on a collection, in the shape of a `GroupCollectionPermission`."""

    collection: Collection
    permission: Codename

    @property
    def collection_id(self) -> int:
        return int(self.collection.pk)


def get_edited_courses(user: Any) -> list[CoursePage]:
    """Courses whose pages and files `user` may change now. Read once per request."""
    if not hasattr(user, "_edited_courses"):
        rows = CourseTeam.objects.with_capability(Capability.EDIT).filter(user_id=user.pk)
        courses = CoursePage.objects.filter(pk__in=rows.values("course_id"))
        user._edited_courses = list(courses.select_related("collection").order_by("path"))
    return list(user._edited_courses)


class CoursePageTester(PagePermissionTester):
    """Whoever writes a course also puts its modules and lessons in order.

    What they may delete and move, drafts, is told without a query: listings ask it for each row.
    """

    def can_reorder_children(self) -> bool:
        return super().can_reorder_children() or self._only_writes()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        if ignore_bulk or not self._only_writes():
            return super().can_delete(ignore_bulk)
        return self.page.is_leaf() and not self.page.live

    def can_move(self) -> bool:
        """Whether something live is below a draft is asked by `can_move_to`, for the one move."""
        if not self._only_writes():
            return super().can_move()
        return not self.page.live

    def can_move_to(self, destination: Page) -> bool:
        """Another place under the same parent is its parent's order, and no move."""
        if self.page.is_child_of(destination):
            return destination.permissions_for_user(self.user).can_reorder_children()
        return super().can_move_to(destination)

    def _only_writes(self) -> bool:
        """May change this page, and may not publish it."""
        if not self.user.is_active or self.user.is_superuser or self.page_is_root:
            return False
        return "change" in self.permissions and "publish" not in self.permissions


class CataloguePageTester(PagePermissionTester):
    """Teachers add courses right below the catalogue; that right is not inherited."""

    def can_add_subpage(self) -> bool:
        if super().can_add_subpage():
            return True
        return can_author(self.user) and CoursePage.can_create_at(self.page)


class CoursePagePolicy(PagePermissionPolicy):
    """Wagtail's page rights, and those of course teams on their course's part of the tree."""

    def get_all_permissions_for_user(self, user: Any) -> Any:
        granted = super().get_all_permissions_for_user(user)
        if not user.is_active or user.is_anonymous or user.is_superuser:
            return granted
        pages = [course.page_ptr for course in get_edited_courses(user)]
        return [
            *granted,
            *(PageRight(page, Codename(name)) for page in pages for name in PAGE_RIGHTS),
        ]

    def get_page_tester(self, user: Any, page: Page) -> PagePermissionTester:
        """What one person may do with one page."""
        if isinstance(page, CourseIndexPage):
            return CataloguePageTester(user, page)
        return CoursePageTester(user, page)

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        if super().user_has_any_permission(user, actions):
            return True
        return "add" in actions and can_author(user)

    def user_has_any_permission_for_instance(
        self, user: Any, actions: Iterable[str], instance: Page
    ) -> bool:
        if super().user_has_any_permission_for_instance(user, actions, instance):
            return True
        return "add" in actions and can_author(user) and _is_catalogue(instance)

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> QuerySet[Page]:
        pages = super().instances_user_has_any_permission_for(user, actions)
        return pages | self._catalogues() if "add" in actions and can_author(user) else pages

    def users_with_any_permission_for_instance(
        self, actions: Iterable[str], instance: Page, include_superusers: bool = True
    ) -> QuerySet[Any]:
        by_group = super().users_with_any_permission_for_instance(
            actions, instance, include_superusers
        )
        if not {"add", "change"} & set(actions):
            return by_group
        courses = CoursePage.objects.ancestor_of(instance, inclusive=True)
        team = CourseTeam.objects.with_capability(Capability.EDIT).filter(
            course_id__in=courses.values("pk")
        )
        people = Q(pk__in=by_group.values("pk")) | Q(pk__in=team.values("user_id"))
        return get_user_model().objects.filter(people)

    def instances_with_direct_explore_permission(self, user: Any) -> Any:
        pages = super().instances_with_direct_explore_permission(user)
        if user.is_superuser or not can_author(user):
            return pages
        return [*pages, *Page.objects.filter(pk__in=self._catalogues().values("pk"))]

    def explorable_instances(self, user: Any) -> QuerySet[Page]:
        pages = super().explorable_instances(user)
        if user.is_superuser or not can_author(user):
            return pages
        return pages | self._catalogues()

    def _catalogues(self) -> QuerySet[Page]:
        catalogues = CourseIndexPage.objects.order_by().values("pk")
        return self.model._default_manager.filter(pk__in=catalogues)


class CourseFilesPolicy(CollectionOwnershipPermissionPolicy):
    """Wagtail's rights on files, and those of course teams in their course's collection."""

    def get_all_permissions_for_user(self, user: Any) -> Any:
        granted = super().get_all_permissions_for_user(user)
        if not user.is_active or user.is_anonymous or user.is_superuser:
            return granted
        names = [name for names in FILE_RIGHTS.values() for name in names]
        found = [course.collection for course in get_edited_courses(user) if course.collection]
        return [
            *granted,
            *(CollectionRight(one, Codename(name)) for one in found for name in names),
        ]


def may_explore(user: Any, page_ids: Iterable[int]) -> bool:
    """Every one of these pages is among those that the CMS shows to `user`."""
    wanted = set(page_ids)
    shown = policy_registry.get_by_type(Page).explorable_instances(user)
    return set(shown.filter(pk__in=wanted).values_list("pk", flat=True)) == wanted


def may_see_files(user: Any, model: type[CourseImage | CourseDocument], ids: Iterable[int]) -> bool:
    """Every one of these pictures or files may be chosen or changed by `user`."""
    wanted = set(ids)
    policy = policy_registry.get_by_type(model)
    shown = policy.instances_user_has_any_permission_for(user, ["choose", "change"])
    return set(shown.filter(pk__in=wanted).values_list("pk", flat=True)) == wanted


def register() -> None:
    """Puts the policies in force. Exact classes, so that no app that starts later replaces them."""
    register_permission_policy(AbstractPage, CoursePagePolicy())
    register_permission_policy(
        CourseImage,
        CourseFilesPolicy(
            CourseImage, auth_model="wagtailimages.Image", owner_field_name="uploaded_by_user"
        ),
        exact_class=True,
    )
    register_permission_policy(
        CourseDocument,
        CourseFilesPolicy(
            CourseDocument,
            auth_model="wagtaildocs.Document",
            owner_field_name="uploaded_by_user",
        ),
        exact_class=True,
    )


def _is_catalogue(page: Page) -> bool:
    return page.specific_class is not None and issubclass(page.specific_class, CourseIndexPage)
