"""Teacher B can neither see nor change anything of teacher A's course, wherever B looks."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, resolve, reverse
from pytest_django.plugin import DjangoDbBlocker
from wagtail.models import Comment, Page, ReferenceIndex, Revision, TaskState

from accounts.models import User
from core.tests.module_data import made_once
from learning.middleware import FILE_KWARGS, PAGE_KWARGS, PAGE_PK_NAMESPACES
from learning.models import CourseDocument, CourseImage, CoursePage, LessonPage
from learning.tests.cms_addresses import SEARCHES, get_cms, guessed_addresses, overviews
from learning.tests.cms_world import SECRET, CmsWorld, heading, publish, submit

SignIn = Callable[[User], Client]

NAMES_OF_OTHER_THINGS = {
    *("action", "action_name", "app_label", "app_name", "model_name"),
    *("content_type_app_name", "content_type_model_name", "filter_spec"),
    *("object_id", "session_id", "instance_pk", "collection_id", "course_id"),
    *("revision_id", "revision_id_a", "revision_id_b", "uploaded_file_id", "redirect_id"),
    *("task_id", "task_state_id", "workflow_pk", "workflow_state_id", "token", "uidb64"),
}
KEYS_OF_OTHER_THINGS = {
    *("wagtailadmin_collections", "wagtailadmin_workflows", "wagtailsites"),
    *("wagtailusers_users", "wagtailusers_groups", "activity_chooser", "course_chooser"),
}
"""What addresses name that is neither page nor file, and where `pk` is the key of such a thing.

Their views ask the policies themselves."""


def make_busy(world: CmsWorld) -> CmsWorld:
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


@pytest.fixture(scope="module")
def built_busy(built_world: CmsWorld, django_db_blocker: DjangoDbBlocker) -> Iterator[CmsWorld]:
    with made_once(django_db_blocker, lambda: make_busy(deepcopy(built_world))) as world:
        yield world


@pytest.fixture
def busy(built_busy: CmsWorld, db: None) -> CmsWorld:
    """Course A with everything that leaves traces: comments, moderation, locks, uses, moves."""
    return deepcopy(built_busy)


def assert_nothing_of(response: HttpResponse, *, refused: bool = False) -> None:
    body = b"".join(response) if response.streaming else response.content
    assert SECRET not in body.decode("utf-8", "replace").lower(), response.request["PATH_INFO"]
    assert SECRET not in str(response.headers).lower(), response.request["PATH_INFO"]
    if refused:
        assert response.status_code in (302, 400, 403, 404, 405), response.request["PATH_INFO"]
        assert response.status_code != 302 or "/admin/" in response["Location"]


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
    queries = (
        "",
        f"?q={SECRET[:5]}",
        f"?q={SECRET[:5]}&search_all=1",
        f"?search={SECRET[:5]}",
        f"?collection_id={busy.a.course.collection_id}",
        "?page_type=learning.LessonPage",
    )
    for address in map(reverse, SEARCHES):
        for query in queries:
            response = client.get(address + query, follow=True)
            assert response.status_code in (200, 400, 404), address + query
            assert_nothing_of(response)


def test_addresses_without_a_key_when_opened_by_another_teacher_show_nothing(
    busy: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(busy.ben)
    addresses = overviews()
    assert reverse("wagtailadmin_home") in addresses
    assert reverse("wagtailadmin_reports:site_history") in addresses
    assert reverse("learning_coursepage_modeladmin_index") in addresses
    for address in addresses:
        response = client.get(address)
        assert_nothing_of(response)
        assert response.status_code < 500, address


def test_exports_when_asked_by_another_teacher_hold_nothing(
    busy: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(busy.ben)
    reports = [address for address in overviews() if "/reports/" in address]
    lists = [reverse(f"learning_{kind}_modeladmin_index") for kind in ("coursepage", "enrollment")]
    for address in reports + lists:
        for kind in ("csv", "xlsx"):
            assert_nothing_of(client.get(f"{address}?export={kind}"))


def test_bulk_actions_on_all_pages_when_asked_by_a_teacher_name_no_others(
    busy: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(busy.ben)
    for action in ("delete", "move", "publish", "unpublish"):
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        for query in ("?id=all", f"?id=all&childOf={busy.index.pk}", f"?id=all&q={SECRET[:5]}"):
            assert_nothing_of(client.get(address + query), refused=True)


def test_moving_pages_in_bulk_when_the_target_is_not_theirs_does_not_name_it(
    busy: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(busy.ben)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    for target in busy.a.pages:
        response = client.post(f"{address}?id={busy.b.draft.pk}", {"chooser": target.pk})
        assert response.status_code == 404
        assert_nothing_of(response)
    own = client.post(f"{address}?id={busy.b.draft.pk}", {"chooser": busy.b.module.pk})
    assert own.status_code != 404


def test_address_when_pasted_as_a_link_does_not_name_the_page_behind_it(
    busy: CmsWorld, client_of: SignIn
) -> None:
    Page.objects.filter(pk=busy.a.course.pk).update(draft_title="Plans for spring")
    address = reverse("wagtailadmin_choose_page_external_link")
    for query in ("", "?from=mail"):
        pasted = busy.a.course.url + query
        response = client_of(busy.ben).post(address, {"external-link-chooser-url": pasted})
        assert "Plans for spring" not in response.text
        assert json.loads(response.content)["result"]["url"] == pasted


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


def test_keys_when_larger_than_any_row_can_have_are_not_found(
    world: CmsWorld, client_of: SignIn
) -> None:
    key = "9" * 25
    create = reverse("learning_courseteam_modeladmin_create")
    for user in (world.ben, world.admin):
        client = client_of(user)
        for address in (
            f"/admin/pages/{key}/edit/",
            f"/admin/choose-page/chosen-multiple/?id={key}",
            f"/admin/bulk/wagtailcore/page/delete/?id={key}",
            f"/admin/bulk/wagtailcore/page/delete/?id={key * 200}",
            f"/admin/images/{key}/",
            f"/admin/learning/enrollment/inspect/{key}/",
            f"/admin/learning/courses/{key}/archive/",
            f"{create}?course={key}",
            f"/learning/courses/{key}/enroll/",
            f"/learning/lessons/{key}/complete/",
        ):
            assert client.get(address).status_code == 404, address
            assert client.post(address).status_code == 404, address


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


@pytest.mark.usefixtures("indexes")
def test_uses_of_own_things_in_another_course_when_listed_are_not_named(
    busy: CmsWorld, client_of: SignIn
) -> None:
    course = CoursePage.objects.get(pk=busy.a.course.pk)
    course.picture = busy.b.image
    course.description = (
        f'<a linktype="page" id="{busy.b.lesson.pk}">x</a>'
        f'<a linktype="document" id="{busy.b.document.pk}">y</a>'
    )
    course.save()
    used = reverse("wagtailimages:image_usage", args=[busy.b.image.pk])
    assert SECRET in client_of(busy.admin).get(used).text.lower()
    client = client_of(busy.ben)
    for address in (
        used,
        reverse("wagtaildocs:document_usage", args=[busy.b.document.pk]),
        reverse("wagtailadmin_pages:usage", args=[busy.b.lesson.pk]),
        reverse("wagtailimages:delete", args=[busy.b.image.pk]),
        reverse("wagtaildocs:delete", args=[busy.b.document.pk]),
        reverse("wagtailadmin_pages:delete", args=[busy.b.draft.pk]),
    ):
        for query in ("", "?describe_on_delete=1", "?export=csv"):
            response = client.get(address + query)
            assert response.status_code == 200, address
            assert_nothing_of(response)


def test_own_files_when_moved_into_another_courses_collection_stay(
    busy: CmsWorld, client_of: SignIn
) -> None:
    client, target = client_of(busy.ben), busy.a.course.collection_id
    for model, key in (("courseimage", busy.b.image.pk), ("coursedocument", busy.b.document.pk)):
        args = ["learning", model, "add_to_collection"]
        address = f"{reverse('wagtail_bulk_action', args=args)}?id={key}"
        assert_nothing_of(client.post(address, {"collection": target}))
    assert CourseImage.objects.get(pk=busy.b.image.pk).collection_id != target
    assert CourseDocument.objects.get(pk=busy.b.document.pk).collection_id != target


def test_site_settings_when_opened_by_a_teacher_are_refused(
    busy: CmsWorld, client_of: SignIn
) -> None:
    client, people = client_of(busy.ben), User.objects.count()
    own = busy.b.course.collection_id
    addresses = [
        *map(reverse, ("wagtailusers_users:index", "wagtailusers_users:add")),
        *map(reverse, ("wagtailsites:index", "wagtailsites:add")),
        *map(reverse, ("wagtailadmin_workflows:index", "wagtailadmin_workflows:task_index")),
        *map(reverse, ("wagtailadmin_collections:index", "wagtailadmin_collections:add")),
        reverse("wagtailadmin_collections:edit", args=[own]),
        reverse("wagtailadmin_collections:set_privacy", args=[own]),
        reverse("wagtailadmin_pages:set_privacy", args=[busy.b.course.pk]),
        reverse("wagtailredirects:index"),
        reverse("wagtailusers_users:edit", args=[busy.ben.pk]),
        reverse("learning_subject_modeladmin_create"),
        "/admin/groups/",
        "/django-admin/",
    ]
    for address in addresses:
        assert client.get(address).status_code in (302, 403, 404), address
        data = {"name": "Mine", "username": "eve", "role": "admin", "is_superuser": "on"}
        assert client.post(address, data).status_code in (302, 403, 404, 405), address
    assert User.objects.count() == people
    assert User.objects.get(pk=busy.ben.pk).role == "teacher"


def test_page_apis_of_wagtail_when_asked_are_not_there(busy: CmsWorld, client_of: SignIn) -> None:
    for client in (Client(), client_of(busy.ben)):
        for base in ("/api/v2/", "/api/v3/", "/admin/api/v2/", "/admin/api/v3/"):
            for name in ("pages/", f"pages/{busy.a.lesson.pk}/", f"pages/?search={SECRET[:5]}"):
                response = client.get(base + name)
                assert_nothing_of(response, refused=True)


def test_every_address_of_the_cms_when_it_names_a_page_is_checked(busy: CmsWorld) -> None:
    """A new Wagtail may bring new addresses: each way to name a thing must be known here.

    What the middleware takes for a page or file is also asked for in `guessed_addresses`.
    """
    names = names_in(get_cms())
    checked = {entry for entry in names if is_checked(*entry)}
    others = {(namespace, name) for namespace, name in names if name in NAMES_OF_OTHER_THINGS}
    assert names == checked | others | {(namespace, "pk") for namespace in KEYS_OF_OTHER_THINGS}
    assert {name for _namespace, name in checked} >= set(PAGE_KWARGS)
    guessed = set()
    for address in guessed_addresses(busy):
        match = resolve(address.split("?")[0])
        guessed |= {(match.namespace, name) for name in match.kwargs}
    assert checked - guessed == set()


def is_checked(namespace: str, name: str) -> bool:
    _model, names_of_files = FILE_KWARGS.get(namespace, (None, ()))
    is_page = name == "pk" and namespace in PAGE_PK_NAMESPACES
    return name in PAGE_KWARGS or name in names_of_files or is_page


def names_in(resolver: URLResolver, namespace: str = "") -> set[tuple[str, str]]:
    """Each name in an address below `resolver`, with the namespace that it is in."""
    found: set[tuple[str, str]] = set()
    for entry in resolver.url_patterns:
        found |= {(namespace, name) for name in entry.pattern.regex.groupindex}
        if isinstance(entry, URLResolver):
            below = ":".join(filter(None, (namespace, entry.namespace)))
            found |= names_in(entry, below)
        else:
            assert isinstance(entry, URLPattern)
    return found


def test_own_course_when_opened_by_its_teacher_is_there(busy: CmsWorld, client_of: SignIn) -> None:
    """Isolation takes nothing away: what Ann may, she still may."""
    client = client_of(busy.ann)
    for name in ("edit", "history", "copy", "view_draft", "usage"):
        response = client.get(reverse(f"wagtailadmin_pages:{name}", args=[busy.a.lesson.pk]))
        assert response.status_code == 200, name
    listing = client.get(reverse("wagtailadmin_api:pages:listing"))
    titles = {item["title"] for item in json.loads(listing.content)["items"]}
    assert f"Lesson {SECRET}" in titles
    assert "Lesson beech" not in titles
