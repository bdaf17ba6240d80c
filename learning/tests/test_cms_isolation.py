"""Teacher B can neither see nor change anything of teacher A's course, wherever B looks."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from wagtail.models import Comment, Page, ReferenceIndex, Revision, TaskState

from accounts.models import User
from learning.models import CourseDocument, CourseImage, CoursePage, LessonPage
from learning.tests.cms_world import SECRET, CmsWorld, heading, publish, submit

SignIn = Callable[[User], Client]

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
OVERVIEWS = [
    "wagtailadmin_home",
    "wagtailadmin_reports:locked_pages",
    "wagtailadmin_reports:workflow",
    "wagtailadmin_reports:workflow_tasks",
    "wagtailadmin_reports:site_history",
    "wagtailadmin_reports:aging_pages",
    "wagtailadmin_reports:page_types_usage",
    "wagtailadmin_choose_page",
    "wagtailimages:add",
    "wagtailimages:add_multiple",
    "wagtaildocs:add",
    "wagtaildocs:add_multiple",
    "learning_courseteam_modeladmin_create",
    "learning_coursepage_modeladmin_create",
    "wagtailadmin_collections:index",
    "wagtailadmin_collections:add",
    "wagtailadmin_workflows:index",
    "wagtailusers_users:index",
    "wagtailusers_groups:index",
    "wagtailsites:index",
    "wagtailredirects:index",
]


@pytest.fixture
def busy(world: CmsWorld) -> CmsWorld:
    """Course A with everything that leaves traces: comments, moderation, locks, uses, moves."""
    a = world.a
    a.lesson.body = [
        ("heading", heading(f"Body {SECRET}")),
        ("text", f'<p><a linktype="page" id="{a.draft.pk}">{SECRET}</a></p>'),
    ]
    publish(a.lesson, a.teacher)
    Comment.objects.create(page=a.lesson, user=a.teacher, text=f"Note {SECRET}", contentpath="body")
    submit(a.draft, a.teacher)
    Page.objects.filter(pk=a.module.pk).update(locked=True, locked_by=a.teacher)
    a.lesson.copy(update_attrs={"title": f"Copy {SECRET}", "slug": "copy-a"}, user=a.teacher)
    CoursePage.objects.filter(pk=a.course.pk).update(picture=a.image)
    ReferenceIndex.create_or_update_for_object(CoursePage.objects.get(pk=a.course.pk))
    return world


def assert_nothing_of(response: HttpResponse, *, refused: bool = False) -> None:
    body = b"".join(response) if response.streaming else response.content
    assert SECRET not in body.decode("utf-8", "replace").lower(), response.request["PATH_INFO"]
    assert SECRET not in str(response.headers).lower(), response.request["PATH_INFO"]
    if refused:
        assert response.status_code in (302, 400, 403, 404, 405), response.request["PATH_INFO"]
        assert response.status_code != 302 or "/admin/" in response["Location"]


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
        found.append(reverse("wagtailadmin_pages:revisions_compare", args=[both[0], "live", both[1]]))
        mismatched = [world.b.lesson.pk, revision.pk]
        found.append(reverse("wagtailadmin_pages:revisions_view", args=mismatched))
        found.append(reverse("wagtailadmin_pages:revisions_compare", args=[mismatched[0], both[1], "live"]))
    for state in TaskState.objects.all():
        names = ("collect_workflow_action_data", "workflow_action")
        page_id = state.workflow_state.object_id
        found += [
            reverse(f"wagtailadmin_pages:{name}", args=[page_id, "approve", state.pk])
            for name in names
        ]
        found += [
            reverse("wagtailadmin_pages:confirm_workflow_cancellation", args=[page_id]),
            reverse("wagtailadmin_pages:workflow_history_detail", args=[page_id, state.workflow_state_id]),
        ]
    return found


def addresses_of_adding(world: CmsWorld) -> list[str]:
    return [
        reverse(f"wagtailadmin_pages:{name}", args=["learning", kind, page.pk])
        for name in ("add", "preview_on_add")
        for kind, page in (("modulepage", world.a.course), ("lessonpage", world.a.module))
    ]


def addresses_of_files(world: CmsWorld) -> list[str]:
    image, document = world.a.image.pk, world.a.document.pk
    by_image = ["edit", "delete", "image_usage", "edit_multiple", "delete_multiple", "url_generator"]
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


def test_guessed_addresses_of_another_course_when_read_give_nothing(
    busy: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(busy.ben)
    for address in guessed_addresses(busy):
        # Lists that take many keys answer with those that one may see: none.
        assert_nothing_of(client.get(address), refused="chosen-multiple" not in address)


def test_guessed_addresses_of_another_course_when_posted_change_nothing(
    busy: CmsWorld, client_of: SignIn
) -> None:
    before = fingerprint(busy)
    client = client_of(busy.ben)
    for address in guessed_addresses(busy):
        response = client.post(address, {"action-publish": "1", "title": "Taken", "confirm": "1"})
        assert_nothing_of(response)
        assert response.status_code in (302, 403, 404, 405, 400), address
    assert fingerprint(busy) == before


def fingerprint(world: CmsWorld) -> Any:
    """Everything of course A that somebody could change."""
    keys = [page.pk for page in world.a.pages]
    pages = Page.objects.filter(path__startswith=world.a.course.path).order_by("pk")
    return (
        list(pages.values_list("pk", "path", "title", "draft_title", "live", "locked")),
        list(Revision.objects.filter(object_id__in=map(str, keys)).values_list("pk")),
        list(TaskState.objects.values_list("pk", "status")),
        list(CourseImage.objects.values_list("pk", "title", "collection_id")),
        list(CourseDocument.objects.values_list("pk", "title", "collection_id")),
        list(world.a.course.team.values_list("user_id", "role")),
        CoursePage.objects.get(pk=world.a.course.pk).archived_at,
    )


def test_searches_when_asked_for_another_course_find_nothing(
    busy: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(busy.ben)
    queries = ("", f"?q={SECRET[:5]}", f"?search={SECRET[:5]}", "?page_type=learning.LessonPage")
    for address in map(reverse, SEARCHES):
        for query in queries:
            response = client.get(address + query, follow=True)
            assert response.status_code in (200, 400, 404), address + query
            assert_nothing_of(response)


def test_overviews_when_opened_by_another_teacher_show_nothing(
    busy: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(busy.ben)
    for name in OVERVIEWS:
        for export in ("", "?export=csv", "?export=xlsx"):
            assert_nothing_of(client.get(reverse(name) + export, follow=True))


def test_bulk_actions_on_all_pages_when_asked_by_a_teacher_name_no_others(
    busy: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(busy.ben)
    for action in ("delete", "move", "publish", "unpublish"):
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        for query in ("?id=all", f"?id=all&childOf={busy.index.pk}", f"?id=all&q={SECRET[:5]}"):
            assert_nothing_of(client.get(address + query), refused=True)


def test_copying_a_page_when_the_target_is_another_course_is_refused(
    busy: CmsWorld, client_of: SignIn
) -> None:
    address = reverse("wagtailadmin_pages:copy", args=[busy.b.lesson.pk])
    for target in (busy.a.module.pk, busy.a.course.pk):
        data = {"new_title": "Mine", "new_slug": "mine", "new_parent_page": target}
        assert_nothing_of(client_of(busy.ben).post(address, data), refused=True)
    assert not LessonPage.objects.filter(title="Mine").exists()


def test_moving_a_page_when_the_target_is_another_course_is_refused(
    busy: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(busy.ben)
    for page in (busy.b.draft, busy.b.lesson):
        address = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, busy.a.module.pk])
        assert_nothing_of(client.post(address), refused=True)
        address = reverse("wagtailadmin_pages:move", args=[page.pk])
        data = {"new_parent_page": busy.a.module.pk}
        assert_nothing_of(client.post(address, data), refused=True)
        page.refresh_from_db()
        assert page.get_parent().pk == busy.b.module.pk


def test_reordering_when_the_page_is_another_courses_is_refused(
    busy: CmsWorld, client_of: SignIn
) -> None:
    address = reverse("wagtailadmin_pages:set_page_position", args=[busy.a.draft.pk])
    assert_nothing_of(client_of(busy.ben).post(address + "?position=0"), refused=True)
    assert [p.pk for p in busy.a.module.get_children()][:2] == [busy.a.lesson.pk, busy.a.draft.pk]


def test_admin_api_when_asked_to_act_has_no_actions(busy: CmsWorld, client_of: SignIn) -> None:
    for user in (busy.ben, busy.admin):
        client = client_of(user)
        for action in ("copy", "delete", "publish", "unpublish", "move", "create_alias"):
            address = reverse("wagtailadmin_api:pages:action", args=[busy.a.lesson.pk, action])
            assert client.post(address, "{}", "application/json").status_code == 404
    assert LessonPage.objects.get(pk=busy.a.lesson.pk).live


def test_editing_session_of_another_course_when_pinged_is_refused(
    busy: CmsWorld, client_of: SignIn
) -> None:
    args = ["wagtailcore", "page", busy.a.lesson.pk, 1]
    address = reverse("wagtailadmin_editing_sessions:ping", args=args)
    assert_nothing_of(client_of(busy.ben).post(address), refused=True)


def test_uploading_into_another_courses_collection_is_refused(
    busy: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(busy.ben)
    for name in ("wagtailimages:add", "wagtaildocs:add"):
        with busy.b.image.file.open("rb") as file:
            data = {"title": "X", "file": file, "collection": busy.a.course.collection_id}
            assert_nothing_of(client.post(reverse(name), data))
    foreign = busy.a.course.collection_id
    assert not CourseImage.objects.filter(title="X", collection_id=foreign).exists()
    assert not CourseDocument.objects.filter(title="X", collection_id=foreign).exists()


def test_every_address_of_the_cms_when_it_names_a_page_is_fenced() -> None:
    """A new Wagtail may bring new addresses: each way to name a thing must be known here."""
    known = {
        *("page_id", "parent_page_id", "page_to_move_id", "destination_id"),
        *("image_id", "document_id", "doc_id", "pk", "filter_spec", "uploaded_file_id"),
        *("app_label", "model_name", "action", "object_id", "session_id", "instance_pk"),
        *("content_type_app_name", "content_type_model_name", "content_type_app_label"),
        *("revision_id", "revision_id_a", "revision_id_b", "task_id", "task_state_id"),
        *("action_name", "workflow_state_id", "workflow_id", "collection_id", "course_id"),
        *("page_pk", "workflow_pk", "redirect_id", "app_name"),
        *("code", "token", "uidb64", "user_id", "group_id", "seen", "packages"),
    }
    names = set()
    for pattern in get_resolver().url_patterns:
        if str(pattern.pattern) == "admin/" and isinstance(pattern, URLResolver):
            names |= names_in(pattern)
    assert names - known == set()


def names_in(resolver: URLResolver) -> set[str]:
    found: set[str] = set()
    for entry in resolver.url_patterns:
        found |= set(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            found |= names_in(entry)
        else:
            assert isinstance(entry, URLPattern)
    return found


def test_own_course_when_opened_by_its_teacher_is_there(
    busy: CmsWorld, client_of: SignIn
) -> None:
    """The fence is no wall: what Ann may, she still may."""
    client = client_of(busy.ann)
    for name in ("edit", "history", "copy", "view_draft", "usage"):
        response = client.get(reverse(f"wagtailadmin_pages:{name}", args=[busy.a.lesson.pk]))
        assert response.status_code == 200, name
    listing = client.get(reverse("wagtailadmin_api:pages:listing"))
    titles = {item["title"] for item in json.loads(listing.content)["items"]}
    assert f"Lesson {SECRET}" in titles
    assert "Lesson beech" not in titles
