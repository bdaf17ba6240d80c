"""Learning in the CMS. Who may do what: `policies`; what happens: `services`."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import hooks
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets import Button
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.models import Collection, Page
from wagtail.permissions import policy_registry
from wagtail_modeladmin.options import modeladmin_register

from accounts.permissions import is_administrator
from learning import page_access
from learning.choosers import activity_chooser_viewset, course_chooser_viewset
from learning.modeladmin import LearningGroup
from learning.models import CourseDocument, CourseImage, CoursePage
from learning.permissions import can_manage_team
from learning.registries import course_places
from learning.selectors.dependents import get_dependents
from learning.services.courses import rename_collection, set_up_course
from learning.views import cms, cms_home

LAST = 1000
HIDDEN_FROM_TEACHERS = {"settings", "help"}
OPEN_REPORTS = {"workflows", "workflow-tasks"}

modeladmin_register(LearningGroup)

hooks.register("before_serve_page", page_access.check_page)
hooks.register("before_serve_document", page_access.check_document)


@hooks.register("register_admin_viewset")
def register_choosers() -> list[ViewSet]:
    return [activity_chooser_viewset, course_chooser_viewset]


# -- Addresses ----------------------------------------------------------------------------------
@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    base = "learning/courses/<int:course_id>"
    return [
        path(f"{base}/archive/", cms.archive, name="learning_course_archive"),
        path(f"{base}/restore/", cms.restore, name="learning_course_restore"),
    ]


class OwnPagesAPI(PagesAdminAPIViewSet):
    """What the CMS's menus read. Changes are made in the editor, where its hooks stand."""

    actions: dict[str, Any] = {}


class OwnImagesAPI(ImagesAdminAPIViewSet):
    """Pictures that one may choose or change. Originals have no address."""

    meta_fields = [name for name in ImagesAdminAPIViewSet.meta_fields if name != "download_url"]

    def get_queryset(self) -> QuerySet[CourseImage]:
        return super().get_queryset().filter(pk__in=_own_files(self.request.user, CourseImage))


class OwnDocumentsAPI(DocumentsAdminAPIViewSet):
    """Files that one may choose or change."""

    def get_queryset(self) -> QuerySet[CourseDocument]:
        return super().get_queryset().filter(pk__in=_own_files(self.request.user, CourseDocument))


@hooks.register("construct_admin_api", order=LAST)
def narrow_admin_api(router: Any) -> None:
    router.register_endpoint("pages", OwnPagesAPI)
    router.register_endpoint("images", OwnImagesAPI)
    router.register_endpoint("documents", OwnDocumentsAPI)


def _own_files(user: Any, model: type[CourseImage | CourseDocument]) -> Any:
    policy = policy_registry.get_by_type(model)
    files = policy.instances_user_has_any_permission_for(user, ["choose", "change"])
    return files.order_by().values("pk")


# -- Choosers -----------------------------------------------------------------------------------
@hooks.register("construct_page_chooser_queryset")
def narrow_page_chooser(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    policy = policy_registry.get_by_type(Page)
    shown = policy.explorable_instances(request.user)
    return pages.filter(pk__in=shown.order_by().values("pk"))


# -- Courses come and go ------------------------------------------------------------------------
@hooks.register("after_create_page")
def set_up_created(request: HttpRequest, page: Page) -> None:
    if isinstance(page, CoursePage):
        set_up_course(course=page, by=request.user)


@hooks.register("after_copy_page")
def set_up_copied(request: HttpRequest, page: Page, new_page: Page) -> None:
    """A course copied with its pages takes its activities along; an alias follows its source."""
    course, source = new_page.specific, page.specific
    if not isinstance(course, CoursePage):
        return
    set_up_course(course=course, by=request.user)
    if "copy_subpages" in request.POST and "alias" not in request.POST:
        cms.copy_activities_along(request, source, course)


@hooks.register("before_edit_page")
def tell_of_archive_in_the_editor(request: HttpRequest, page: Page) -> None:
    if request.method == "GET" and isinstance(page, CoursePage) and page.archived_at:
        cms.say_that_archived(request, page)


@hooks.register("construct_explorer_page_queryset")
def tell_of_archive_in_the_explorer(
    parent_page: Page, pages: QuerySet[Page], request: HttpRequest
) -> QuerySet[Page]:
    """No hook stands before the explorer itself. Its parts, loaded by a script, show no message."""
    match, course = request.resolver_match, parent_page.specific
    is_whole = match is not None and match.view_name == "wagtailadmin_explore"
    if is_whole and isinstance(course, CoursePage) and course.archived_at:
        cms.say_that_archived(request, course)
    return pages


@hooks.register("after_edit_page")
def rename_with_course(request: HttpRequest, page: Page) -> None:
    if isinstance(page, CoursePage):
        rename_collection(course=page, title=page.title)


@hooks.register("before_delete_page")
def keep_page_with_records(request: HttpRequest, page: Page) -> HttpResponse | None:
    records = get_dependents(page.get_descendants(inclusive=True))
    return cms.refuse_deletion(request, [page], records) if records else None


@hooks.register("before_bulk_action")
def keep_pages_with_records(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    pages = [thing for thing in objects if isinstance(thing, Page)]
    if action_type != "delete" or not pages:
        return None
    kept, found = [], []
    for page in pages:
        records = get_dependents(page.get_descendants(inclusive=True))
        if records:
            kept.append(page)
            found += records
    return cms.refuse_deletion(request, kept, found) if kept else None


@hooks.register("describe_collection_contents")
def name_course_of_collection(collection: Collection) -> dict[str, Any] | None:
    """A course's collection is not deleted: Wagtail refuses where something is described."""
    course = CoursePage.objects.filter(collection=collection).first()
    if course is None:
        return None
    return {
        "count": 1,
        "count_text": ngettext("%(count)s course", "%(count)s courses", 1) % {"count": 1},
        "url": reverse("wagtailadmin_pages:edit", args=[course.pk]),
    }


# -- Buttons ------------------------------------------------------------------------------------
@hooks.register("register_page_header_buttons")
def course_header_buttons(
    page: Page, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    yield from _course_buttons(page, user)


@hooks.register("register_page_listing_more_buttons")
def course_listing_buttons(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    if isinstance(page, CoursePage) and is_administrator(user):
        yield _archive_button(page)


def _course_buttons(page: Page, user: Any) -> Iterator[Button]:
    if page.specific_class is not CoursePage:
        return
    course = page.specific
    if can_manage_team(user, course):
        url = f"{reverse('learning_courseteam_modeladmin_index')}?course={course.pk}"
        yield Button(_("Course team"), url=url, icon_name="group", priority=80)
    for place in course_places.values():
        yield Button(place.label, url=place.get_url(course.pk), icon_name="tasks", priority=85)
    if is_administrator(user):
        yield _archive_button(course)


def _archive_button(course: CoursePage) -> Button:
    if course.archived_at is None:
        url = reverse("learning_course_archive", args=[course.pk])
        return Button(_("Archive"), url=url, icon_name="folder", priority=90)
    url = reverse("learning_course_restore", args=[course.pk])
    return Button(_("Bring back"), url=url, icon_name="folder-open-inverse", priority=90)


# -- Menus and the first page -------------------------------------------------------------------
@hooks.register("construct_main_menu")
def narrow_main_menu(request: HttpRequest, items: list[Any]) -> None:
    if not is_administrator(request.user):
        items[:] = [item for item in items if item.name not in HIDDEN_FROM_TEACHERS]


@hooks.register("construct_reports_menu")
def narrow_reports_menu(request: HttpRequest, items: list[Any]) -> None:
    if not is_administrator(request.user):
        items[:] = [item for item in items if item.name in OPEN_REPORTS]


@hooks.register("construct_homepage_panels")
def narrow_home(request: HttpRequest, panels: list[Any]) -> None:
    if not is_administrator(request.user):
        cms_home.narrow_panels(panels)


@hooks.register("construct_homepage_summary_items", order=LAST)
def narrow_home_summary(request: HttpRequest, items: list[Any]) -> None:
    if not is_administrator(request.user):
        cms_home.narrow_summary(request, items)
