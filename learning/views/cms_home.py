"""The first page of the CMS: Wagtail's panels, without pages that their reader may not see now."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from wagtail.admin.site_summary import PagesSummaryItem
from wagtail.admin.views.home import (
    LockedPagesPanel,
    RecentEditsPanel,
    UserObjectsInWorkflowModerationPanel,
)
from wagtail.models import Page
from wagtail.permissions import policy_registry

Context = Mapping[str, Any]


def keep_explorable(user: Any, pages: list[Page]) -> set[int]:
    """The keys of those pages that the CMS shows to `user` now."""
    policy = policy_registry.get_by_type(Page)
    shown = policy.explorable_instances(user).filter(pk__in=[page.pk for page in pages])
    return set(shown.values_list("pk", flat=True))


class OwnModerationPanel(UserObjectsInWorkflowModerationPanel):
    """What I sent to moderation, in courses that I still write."""

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        states = context["workflow_states"]
        shown = keep_explorable(context["request"].user, [row.content_object for row in states])
        context["workflow_states"] = [row for row in states if row.content_object.pk in shown]
        return context


class OwnEditsPanel(RecentEditsPanel):
    """What I wrote last, in courses that I still write."""

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        edits = context["last_edits"]
        shown = keep_explorable(context["request"].user, [page for _when, page in edits])
        context["last_edits"] = [(when, page) for when, page in edits if page.pk in shown]
        return context


class OwnLocksPanel(LockedPagesPanel):
    """What I locked, in courses that I still write."""

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        locked = list(context["locked_pages"])
        shown = keep_explorable(context["request"].user, locked)
        context["locked_pages"] = [page for page in locked if page.pk in shown]
        return context


class OwnPagesSummaryItem(PagesSummaryItem):
    """Counts the pages that one sees, and not those of the whole site."""

    def get_context_data(self, parent_context: Context) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        policy = policy_registry.get_by_type(Page)
        pages = policy.explorable_instances(self.request.user)
        context["total_pages"] = pages.filter(depth__gt=1).count()
        return context


OWN_PANELS: dict[type, type] = {
    UserObjectsInWorkflowModerationPanel: OwnModerationPanel,
    RecentEditsPanel: OwnEditsPanel,
    LockedPagesPanel: OwnLocksPanel,
}


def narrow_panels(panels: list[Any]) -> None:
    """Puts each panel's narrowed kind in its place."""
    panels[:] = [OWN_PANELS.get(type(panel), type(panel))() for panel in panels]


def narrow_summary(request: HttpRequest, items: list[Any]) -> None:
    """The number of pages is that of one's own."""
    items[:] = [
        OwnPagesSummaryItem(request) if type(item) is PagesSummaryItem else item for item in items
    ]
