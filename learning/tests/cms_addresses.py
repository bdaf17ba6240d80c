"""Every address of the CMS under which something of one course could be asked for."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from wagtail.models import Page, Revision, TaskState

from learning.tests.cms_world import CmsWorld

DANGEROUS = {"/admin/logout/", "/admin/failwhale/"}
"""One ends the session, the other raises an error on purpose."""
PAGE_VIEWS = [
    "edit",
    "usage",
    "preview_on_edit",
    "view_draft",
    "add_subpage",
    "delete",
    "unpublish",
    "convert_alias",
    "move",
    "copy",
    "workflow_history",
    "set_privacy",
    "history",
    "history_results",
    "revisions_index",
    "workflow_preview",
    "lock",
    "unlock",
    "set_page_position",
]
SEARCHES = [
    "wagtailadmin_pages:search",
    "wagtailadmin_pages:search_results",
    "wagtailadmin_choose_page_search",
    "wagtailimages:index",
    "wagtailimages:index_results",
    "wagtailimages_chooser:choose",
    "wagtailimages_chooser:choose_results",
    "wagtaildocs:index",
    "wagtaildocs:index_results",
    "wagtaildocs_chooser:choose",
    "wagtaildocs_chooser:choose_results",
    "wagtailadmin_explore_root",
    "wagtailadmin_api:pages:listing",
    "wagtailadmin_api:images:listing",
    "wagtailadmin_api:documents:listing",
    "learning_coursepage_modeladmin_index",
    "learning_enrollment_modeladmin_index",
    "learning_courseteam_modeladmin_index",
]


def overviews() -> list[str]:
    """Every address of the CMS without a key in it, whoever brought it."""
    return sorted(set(_plain_addresses(get_cms(), "/")) - DANGEROUS)


def get_cms() -> URLResolver:
    """All addresses below `/admin/`."""
    return next(
        entry
        for entry in get_resolver().url_patterns
        if isinstance(entry, URLResolver) and "wagtail_bulk_action" in entry.reverse_dict
    )


def _plain_addresses(resolver: URLResolver, prefix: str) -> Iterator[str]:
    here = prefix + _text(resolver)
    for entry in resolver.url_patterns:
        if entry.pattern.regex.groups:
            continue
        if isinstance(entry, URLResolver):
            yield from _plain_addresses(entry, here)
        elif not set(_text(entry)) & set("()[]*+\\"):
            yield here + _text(entry)


def _text(entry: URLPattern | URLResolver) -> str:
    return str(entry.pattern).removeprefix("^").removesuffix("$")


def addresses_of_pages(world: CmsWorld) -> list[str]:
    found = [
        reverse(f"wagtailadmin_pages:{name}", args=_page_args(name, page, world))
        for page in world.a.pages
        for name in PAGE_VIEWS
    ]
    for page in world.a.pages:
        found.append(reverse("wagtailadmin_explore", args=[page.pk]))
        found.append(reverse("wagtailadmin_explore_results", args=[page.pk]))
        found.append(reverse("wagtailadmin_choose_page_child", args=[page.pk]))
        found.append(reverse("wagtailadmin_choose_page_chosen_multiple") + f"?id={page.pk}")
        found.append(reverse("wagtailadmin_api:pages:detail", args=[page.pk]))
        found.append(reverse("wagtailadmin_workflows:remove", args=[page.pk]))
        found.append(reverse("wagtailadmin_pages:move_confirm", args=[world.b.lesson.pk, page.pk]))
        found += [f"{reverse('wagtailadmin_api:pages:listing')}?child_of={page.pk}"]
        found += [
            reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]) + f"?id={page.pk}"
            for action in ("delete", "move", "publish", "unpublish")
        ]
    return found + addresses_of_revisions(world) + addresses_of_adding(world)


def _page_args(name: str, page: Page, world: CmsWorld) -> list[int]:
    if name == "workflow_preview":
        task = TaskState.objects.filter(workflow_state__object_id=str(world.a.draft.pk)).first()
        return [page.pk, task.task_id if task else 1]
    return [page.pk]


def addresses_of_revisions(world: CmsWorld) -> list[str]:
    found = []
    for revision in Revision.objects.filter(object_id__in=[str(p.pk) for p in world.a.pages]):
        both = [revision.object_id, revision.pk]
        found += [
            reverse(f"wagtailadmin_pages:{name}", args=both)
            for name in ("revisions_view", "revisions_revert", "revisions_unschedule")
        ]
        found.append(
            reverse("wagtailadmin_pages:revisions_compare", args=[both[0], "live", both[1]])
        )
        mismatched = [world.b.lesson.pk, revision.pk]
        found.append(reverse("wagtailadmin_pages:revisions_view", args=mismatched))
        found.append(
            reverse("wagtailadmin_pages:revisions_compare", args=[mismatched[0], both[1], "live"])
        )
    for state in TaskState.objects.select_related("workflow_state"):
        for page_id in (state.workflow_state.object_id, world.b.lesson.pk):
            found += addresses_of_task(page_id, state)
    return found


def addresses_of_task(page_id: int, state: TaskState) -> list[str]:
    return [
        *(
            reverse(f"wagtailadmin_pages:{name}", args=[page_id, "approve", state.pk])
            for name in ("collect_workflow_action_data", "workflow_action")
        ),
        reverse("wagtailadmin_pages:workflow_preview", args=[page_id, state.task_id]),
        reverse(
            "wagtailadmin_pages:workflow_history_detail", args=[page_id, state.workflow_state_id]
        ),
    ]


def addresses_of_adding(world: CmsWorld) -> list[str]:
    return [
        reverse(f"wagtailadmin_pages:{name}", args=["learning", kind, page.pk])
        for name in ("add", "preview_on_add")
        for kind, page in (
            ("coursepage", world.a.course),
            ("modulepage", world.a.course),
            ("lessonpage", world.a.module),
        )
    ]


def addresses_of_files(world: CmsWorld) -> list[str]:
    image, document = world.a.image.pk, world.a.document.pk
    by_image = [
        "edit",
        "delete",
        "image_usage",
        "edit_multiple",
        "delete_multiple",
        "url_generator",
    ]
    by_document = ["edit", "delete", "document_usage", "edit_multiple", "delete_multiple"]
    return [
        *(reverse(f"wagtailimages:{name}", args=[image]) for name in by_image),
        *(reverse(f"wagtaildocs:{name}", args=[document]) for name in by_document),
        reverse("wagtailimages:preview", args=[image, "original"]),
        reverse("wagtailimages:url_generator_output", args=[image]),
        reverse("wagtailimages_chooser:chosen", args=[image]),
        reverse("wagtailimages_chooser:select_format", args=[image]),
        reverse("wagtailimages_chooser:chosen_multiple") + f"?id={image}",
        reverse("wagtaildocs_chooser:chosen", args=[document]),
        reverse("wagtaildocs_chooser:chosen_multiple") + f"?id={document}",
        reverse("wagtailadmin_api:images:detail", args=[image]),
        reverse("wagtailadmin_api:documents:detail", args=[document]),
        reverse("wagtaildocs_serve", args=[document, "file.pdf"]),
        *(
            reverse("wagtail_bulk_action", args=["learning", model, action]) + f"?id={key}"
            for model, key in (("courseimage", image), ("coursedocument", document))
            for action in ("delete", "add_tags", "add_to_collection")
        ),
        reverse("wagtailadmin_collections:edit", args=[world.a.course.collection_id]),
        reverse("wagtailadmin_collections:delete", args=[world.a.course.collection_id]),
        reverse("wagtailadmin_collections:set_privacy", args=[world.a.course.collection_id]),
    ]


def addresses_of_lists(world: CmsWorld) -> list[str]:
    course, member = world.a.course.pk, world.a.course.team.get().pk
    enrollment = world.a.enrollment.pk
    return [
        *(
            reverse(f"learning_coursepage_modeladmin_{name}", args=[course])
            for name in ("edit", "delete")
        ),
        *(
            reverse(f"learning_courseteam_modeladmin_{name}", args=[member])
            for name in ("edit", "delete")
        ),
        *(
            reverse(f"learning_enrollment_modeladmin_{name}", args=[enrollment])
            for name in ("inspect", "edit", "delete")
        ),
        reverse("learning_course_archive", args=[course]),
        reverse("learning_course_restore", args=[course]),
    ]


def guessed_addresses(world: CmsWorld) -> list[str]:
    return [*addresses_of_pages(world), *addresses_of_files(world), *addresses_of_lists(world)]
