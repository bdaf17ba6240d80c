"""What every page of the course tree has in common."""

from contextvars import ContextVar
from typing import Any, ClassVar, Self

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from modelcluster.models import get_all_child_m2m_relations, get_all_child_relations
from wagtail.models import PagePermissionTester, PageViewRestriction, Site
from wagtail.permissions import policy_registry

from learning.registries import page_views

site_paths: ContextVar[list[Any] | None] = ContextVar("site_paths", default=None)
"""Where one request keeps the roots of the sites: Wagtail asks for them anew for each page."""


class CourseTreePage:
    """A page whose rights the registered policy decides, and which a registered view shows.

    `learning.access` decides who may read it, from its place in the tree. Wagtail’s page privacy,
    which copies and moves lose, is switched off.

    `kept_fields` belong to the page as it stands and not to a version of its text: publishing an
    older revision never brings their old values back. They are read afresh, because the page in
    memory may be as old as the form that its editor has open. And a stored page writes them only
    where `update_fields` names them: what changed them meanwhile is not undone.
    """

    kept_fields: ClassVar[tuple[str, ...]] = ()
    private_page_options: ClassVar[tuple[str, ...]] = ()
    allowed_http_methods: ClassVar[tuple[str, ...]] = ("GET", "HEAD", "OPTIONS")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.is_preview = False  # type: ignore[attr-defined]
        return page_views[self._meta.label](request, self)  # type: ignore[attr-defined]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The same view. It finds `request.is_preview` set, and then writes nothing."""
        return page_views[self._meta.label](request, self)  # type: ignore[attr-defined]

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        return PageViewRestriction.objects.none()

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return policy_registry.get(self).get_page_tester(user, self)

    def with_content_json(self, content: dict[str, Any]) -> Self:
        page = super().with_content_json(content)  # type: ignore[misc]
        if not self.kept_fields:
            return page
        stored = type(self)._default_manager.filter(pk=self.pk)  # type: ignore[attr-defined]
        for name, value in (stored.values(*self.kept_fields).first() or {}).items():
            setattr(page, name, value)
        return page

    def save(self, *args: Any, **kwargs: Any) -> None:
        stored = not self._state.adding  # type: ignore[attr-defined]
        if stored and self.kept_fields and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = self._list_versioned_fields()
        super().save(*args, **kwargs)  # type: ignore[misc]

    def _list_versioned_fields(self) -> list[str]:
        """Everything that a save without `update_fields` writes, but for what is kept."""
        meta = self._meta  # type: ignore[attr-defined]
        left_out = {*self.kept_fields, *self.get_deferred_fields()}  # type: ignore[attr-defined]
        columns = [field for field in meta.concrete_fields if not field.primary_key]
        return [
            *(field.attname for field in columns if field.attname not in left_out),
            *(relation.get_accessor_name() for relation in get_all_child_relations(self)),
            *(field.name for field in get_all_child_m2m_relations(self)),
        ]

    def get_url_parts(self, request: Any = None) -> tuple[int, str, str] | None:
        shared = site_paths.get()
        if request is None and shared is not None:
            if not shared:
                shared.extend(Site.get_site_root_paths())
            self._wagtail_cached_site_root_paths = shared
        return super().get_url_parts(request)  # type: ignore[misc]
