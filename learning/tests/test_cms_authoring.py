"""How a course comes to be: created by a teacher, sent to moderation, approved, put in order."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection, GroupApprovalTask, Page, Workflow

from accounts.models import Role, User
from accounts.services.roles import set_role
from accounts.tests.factories import StudentFactory, TeacherFactory
from core.models import AuditEvent
from learning.models import CoursePage, CourseTeam, LessonPage, ModulePage, Subject
from learning.services.courses import (
    archive_course,
    ensure_moderation,
    restore_course,
    set_up_course,
)
from learning.services.teams import add_member
from learning.tests.cms_forms import NO_COMMENTS, NO_STREAM, approval_form, course_form
from learning.tests.cms_world import CmsWorld, publish, submit

SignIn = Callable[[User], Client]


def add_address(kind: str, parent: Page) -> str:
    return reverse("wagtailadmin_pages:add", args=["learning", kind, parent.pk])


def test_course_when_created_by_a_teacher_has_lead_and_collection(
    world: CmsWorld, client_of: SignIn
) -> None:
    response = client_of(world.ben).post(add_address("coursepage", world.index), course_form())
    assert response.status_code == 302
    course = CoursePage.objects.get(slug="soil")
    assert not course.live
    assert list(course.team.values_list("user", "role")) == [(world.ben.pk, "lead")]
    assert course.collection.name == "Soil"


def test_course_when_a_teacher_asks_to_publish_stays_a_draft(
    world: CmsWorld, client_of: SignIn
) -> None:
    data = course_form(**{"action-publish": "1"})
    client_of(world.ben).post(add_address("coursepage", world.index), data)
    assert not CoursePage.objects.get(slug="soil").live


def test_course_when_renamed_renames_its_collection(world: CmsWorld, client_of: SignIn) -> None:
    course = world.b.course
    data = course_form(title="Beech and oak", slug=course.slug, summary=course.summary)
    address = reverse("wagtailadmin_pages:edit", args=[course.pk])
    assert client_of(world.ben).post(address, data).status_code == 302
    assert Collection.objects.get(pk=course.collection_id).name == "Beech and oak"


@pytest.mark.parametrize("role", [Role.STUDENT, None])
def test_adding_a_course_when_no_teacher_is_refused(
    world: CmsWorld, client_of: SignIn, role: str | None
) -> None:
    client = client_of(StudentFactory()) if role else Client()
    response = client.post(add_address("coursepage", world.index), course_form())
    assert response.status_code in (302, 404)
    assert not CoursePage.objects.filter(slug="soil").exists()


def test_adding_below_own_course_by_its_team_follows_the_team_role(
    world: CmsWorld, client_of: SignIn
) -> None:
    co_teacher, grader = TeacherFactory(), TeacherFactory()
    add_member(course=world.b.course, user=co_teacher, role="teacher", by=world.ben)
    add_member(course=world.b.course, user=grader, role="grader", by=world.ben)
    address = add_address("modulepage", world.b.course)
    data = {"title": "Roots", "slug": "roots", "summary": "", **NO_COMMENTS}
    assert client_of(grader).post(address, data).status_code == 404
    assert not ModulePage.objects.filter(slug="roots").exists()
    assert client_of(co_teacher).post(address, data).status_code == 302
    assert ModulePage.objects.get(slug="roots").owner == co_teacher


def test_explorer_for_a_teacher_starts_at_the_catalogue_with_own_courses(
    world: CmsWorld, client_of: SignIn
) -> None:
    response = client_of(world.ben).get(reverse("wagtailadmin_explore_root"), follow=True)
    assert response.redirect_chain[-1][0] == reverse("wagtailadmin_explore", args=[world.index.pk])
    assert [page.pk for page in response.context["object_list"]] == [world.b.course.pk]


def test_explorer_for_a_new_teacher_offers_to_add_a_course(
    world: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(TeacherFactory())
    response = client.get(reverse("wagtailadmin_explore", args=[world.index.pk]))
    assert response.status_code == 200
    assert list(response.context["object_list"]) == []
    assert reverse("wagtailadmin_pages:add_subpage", args=[world.index.pk]) in response.text


def drag_to_the_front(client: Client, page: Page) -> HttpResponse:
    address = reverse("wagtailadmin_pages:set_page_position", args=[page.pk])
    return client.post(f"{address}?position=0")


def test_draft_when_dragged_by_its_teacher_changes_place(
    world: CmsWorld, client_of: SignIn
) -> None:
    assert drag_to_the_front(client_of(world.ben), world.b.draft).status_code == 200
    assert list(world.b.module.get_children()) == [world.b.draft.page_ptr, world.b.lesson.page_ptr]


@pytest.mark.parametrize("kind", ["live", "live inside", "draft"])
def test_module_when_dragged_by_its_teacher_changes_place(
    world: CmsWorld, client_of: SignIn, kind: str
) -> None:
    """Live or not, and whatever is live below it."""
    module = ModulePage(title="Leaves", slug="leaves", live=kind == "live")
    world.b.course.add_child(instance=module)
    module.add_child(instance=LessonPage(title="One", slug="one", live=kind != "draft"))
    assert drag_to_the_front(client_of(world.ben), module).status_code == 200
    assert world.b.course.get_children().first().pk == module.pk
    module.refresh_from_db()
    assert module.live == (kind == "live")


def test_live_lesson_when_dragged_by_its_teacher_changes_place_and_nothing_else(
    world: CmsWorld, client_of: SignIn
) -> None:
    second = LessonPage(title="Second", slug="second")
    world.b.module.add_child(instance=second)
    assert drag_to_the_front(client_of(world.ben), second).status_code == 200
    assert world.b.module.get_children().first().pk == second.pk
    other = ModulePage(title="Leaves", slug="leaves")
    world.b.course.add_child(instance=other)
    address = reverse("wagtailadmin_pages:move_confirm", args=[second.pk, other.pk])
    assert client_of(world.ben).post(address).status_code == 302
    second.refresh_from_db()
    assert second.is_child_of(world.b.module)


def test_courses_when_dragged_by_a_teacher_stay_where_they_are(
    world: CmsWorld, client_of: SignIn
) -> None:
    assert drag_to_the_front(client_of(world.ben), world.b.course).status_code == 302
    assert world.index.get_children().first().pk == world.a.course.pk


def test_course_when_created_by_an_administrator_waits_for_its_lead(
    world: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(world.admin)
    client.post(add_address("coursepage", world.index), course_form())
    course = CoursePage.objects.get(slug="soil")
    assert course.collection.name == "Soil"
    assert not course.team.exists()
    assert client.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).status_code == 200
    add_member(course=course, user=world.ben, role="lead", by=world.admin)
    assert client_of(world.ben).get(reverse("wagtailadmin_explore", args=[course.pk])).context


def test_lesson_when_submitted_waits_for_an_administrator(
    world: CmsWorld, client_of: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    lesson = world.b.draft
    address = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    data = {
        "title": "Bark",
        "slug": lesson.slug,
        "completion": "marked",
        "required": "on",
        "minutes": "",
        **NO_STREAM,
        **NO_COMMENTS,
        "action-submit": "1",
    }
    assert client_of(world.ben).post(address, data).status_code == 302
    lesson.refresh_from_db()
    assert lesson.current_workflow_state is not None
    state = lesson.current_workflow_task_state
    approve = reverse("wagtailadmin_pages:workflow_action", args=[lesson.pk, "approve", state.pk])
    assert client_of(world.ben).post(approve, {"comment": ""}).status_code in (302, 403, 404)
    assert not LessonPage.objects.get(pk=lesson.pk).live
    assert client_of(world.admin).post(approve, {"comment": ""}).status_code == 302
    assert LessonPage.objects.get(pk=lesson.pk).title == "Bark"
    assert LessonPage.objects.get(pk=lesson.pk).live


def test_lesson_when_approved_a_second_time_stays_as_it_was_approved(
    world: CmsWorld, client_of: SignIn
) -> None:
    lesson, client = world.b.draft, client_of(world.admin)
    submit(lesson, world.ben)
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    assert client.post(edit, approval_form(lesson)).status_code == 302
    approved = LessonPage.objects.get(pk=lesson.pk)
    assert approved.live
    response = client.post(edit, approval_form(lesson), follow=True)
    assert response.redirect_chain == [(edit, 302)]
    assert "already decided" in response.text
    assert LessonPage.objects.get(pk=lesson.pk).latest_revision_id == approved.latest_revision_id


def test_versions_when_compared_by_an_administrator_are_shown(
    world: CmsWorld, client_of: SignIn
) -> None:
    lesson = world.b.lesson
    lesson.title = "Bark and leaves"
    newest = lesson.save_revision(user=world.ben)
    args = [lesson.pk, "live", newest.pk]
    response = client_of(world.admin).get(
        reverse("wagtailadmin_pages:revisions_compare", args=args)
    )
    assert response.status_code == 200
    assert "Bark and leaves" in response.text


def test_moderation_when_set_up_twice_is_one_workflow_for_administrators(world: CmsWorld) -> None:
    first = ensure_moderation(world.index)
    assert ensure_moderation(world.index) == first
    assert Workflow.objects.filter(pk=first.pk, workflow_pages__page=world.index).count() == 1
    tasks = [step.task.specific for step in first.workflow_tasks.all()]
    assert [type(task) for task in tasks] == [GroupApprovalTask]
    assert [group.name for group in tasks[0].groups.all()] == ["Administrators"]


def test_team_rights_when_the_role_is_lost_end_at_the_next_request(
    world: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(world.ben)
    address = reverse("wagtailadmin_pages:edit", args=[world.b.lesson.pk])
    assert client.get(address).status_code == 200
    add_member(course=world.b.course, user=TeacherFactory(), role="lead", by=world.ben)
    set_role(user=world.ben, role=Role.STUDENT, by=world.admin)
    assert client.get(address).status_code in (302, 404)
    assert CourseTeam.objects.filter(user=world.ben).exists()


def test_team_rights_when_deactivated_or_off_the_team_end_at_the_next_request(
    world: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(world.ben)
    address = reverse("wagtailadmin_pages:edit", args=[world.b.lesson.pk])
    CourseTeam.objects.filter(user=world.ben).delete()
    assert client.get(address).status_code == 404
    User.objects.filter(pk=world.ben.pk).update(is_active=False)
    assert client.get(address).status_code in (302, 404)


def test_copy_of_a_course_when_made_is_an_empty_draft_of_its_own(
    world: CmsWorld, client_of: SignIn
) -> None:
    address = reverse("wagtailadmin_pages:copy", args=[world.b.course.pk])
    data = {
        "new_title": "Beech again",
        "new_slug": "beech-again",
        "new_parent_page": world.index.pk,
        "copy_subpages": "on",
        "publish_copies": "on",
    }
    assert client_of(world.ben).post(address, data).status_code == 302
    copy = CoursePage.objects.get(slug="beech-again")
    assert not copy.live
    assert not copy.get_descendants().live().exists()
    assert copy.get_descendants().count() == world.b.course.get_descendants().count()
    assert copy.collection_id not in (None, world.b.course.collection_id)
    assert list(copy.team.values_list("user", "role")) == [(world.ben.pk, "lead")]
    assert not copy.enrollments.exists()


def test_alias_of_a_course_when_made_and_updated_keeps_a_collection_of_its_own(
    world: CmsWorld,
) -> None:
    alias = world.b.course.create_alias(
        recursive=True, parent=world.index, update_slug="beech-alias", user=world.admin
    ).specific
    assert alias.collection_id is None
    set_up_course(course=alias, by=world.admin)
    archive_course(course=alias, by=world.admin)
    course = CoursePage.objects.get(pk=world.b.course.pk)
    course.title = "Beech and oak"
    publish(course, world.ben)
    alias = CoursePage.objects.get(pk=alias.pk)
    assert alias.title == "Beech and oak"
    assert alias.collection_id not in (None, course.collection_id)
    assert alias.archived_at is not None


def test_older_version_when_published_keeps_what_belongs_to_the_course_itself(
    world: CmsWorld,
) -> None:
    course = CoursePage.objects.get(pk=world.b.course.pk)
    older = course.save_revision(user=world.ben)
    archive_course(course=course, by=world.admin)
    CoursePage.objects.filter(pk=course.pk).update(structure_version=77)
    older.publish()
    course = CoursePage.objects.get(pk=course.pk)
    assert course.archived_at is not None
    assert course.collection_id == world.b.course.collection_id
    assert course.structure_version >= 77


def test_archive_when_asked_twice_writes_one_audit_row_each_way(world: CmsWorld) -> None:
    for _again in range(2):
        archive_course(course=world.b.course, by=world.admin)
    for _again in range(2):
        restore_course(course=world.b.course, by=world.admin)
    verbs = AuditEvent.objects.filter(verb__startswith="learning.course_")
    assert sorted(verbs.values_list("verb", flat=True)) == [
        "learning.course_archived",
        "learning.course_restored",
    ]


@pytest.mark.parametrize("who", ["ben", "admin"])
def test_archived_course_when_opened_in_the_cms_looks_archived(
    world: CmsWorld, client_of: SignIn, who: str
) -> None:
    archive_course(course=world.b.course, by=world.admin)
    client = client_of(getattr(world, who))
    listing = client.get(reverse("wagtailadmin_explore", args=[world.index.pk])).text
    assert "archived" in listing
    assert "This course is archived" not in listing
    restore = reverse("learning_course_restore", args=[world.b.course.pk])
    for view in ("wagtailadmin_pages:edit", "wagtailadmin_explore"):
        page = client.get(reverse(view, args=[world.b.course.pk])).text
        assert page.count("This course is archived") == 1, view
        assert (f'href="{restore}"' in page) == (who == "admin")


def test_archive_page_when_the_course_is_archived_leads_to_bringing_it_back(
    world: CmsWorld, client_of: SignIn
) -> None:
    archive_course(course=world.b.course, by=world.admin)
    archive = reverse("learning_course_archive", args=[world.b.course.pk])
    response = client_of(world.admin).get(archive, follow=True)
    restore = reverse("learning_course_restore", args=[world.b.course.pk])
    assert response.redirect_chain == [(restore, 302)]
    assert "archived already" in response.text
    assert client_of(world.ben).get(archive).status_code == 404


def test_archive_page_when_used_closes_and_opens_the_course_for_administrators_only(
    world: CmsWorld, client_of: SignIn
) -> None:
    archive = reverse("learning_course_archive", args=[world.b.course.pk])
    restore = reverse("learning_course_restore", args=[world.b.course.pk])
    assert client_of(world.ben).post(archive).status_code == 404
    admin = client_of(world.admin)
    assert admin.get(archive).status_code == 200
    assert CoursePage.objects.get(pk=world.b.course.pk).archived_at is None
    assert admin.post(archive).status_code == 302
    assert CoursePage.objects.get(pk=world.b.course.pk).archived_at is not None
    assert admin.post(restore).status_code == 302
    assert CoursePage.objects.get(pk=world.b.course.pk).archived_at is None


def test_subject_when_deleted_under_a_draft_leaves_the_course_to_be_edited_and_published(
    world: CmsWorld, client_of: SignIn
) -> None:
    client, course = client_of(world.admin), CoursePage.objects.get(pk=world.b.course.pk)
    course.subject = Subject.objects.create(name="Fungi", slug="fungi")
    draft = course.save_revision(user=world.ben)
    deletion = reverse("learning_subject_modeladmin_delete", args=[course.subject.pk])
    assert client.post(deletion).status_code == 302
    for name, args in (
        ("edit", [course.pk]),
        ("view_draft", [course.pk]),
        ("revisions_compare", [course.pk, "live", draft.pk]),
    ):
        assert client.get(reverse(f"wagtailadmin_pages:{name}", args=args)).status_code == 200, name
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    assert client.post(f"{bulk}?id={course.pk}").status_code == 302
    assert CoursePage.objects.get(pk=course.pk).live_revision == draft
    assert client.get(course.get_url()).status_code == 200


def test_course_without_a_subject_when_published_is_refused_beside_the_field(
    world: CmsWorld, client_of: SignIn
) -> None:
    course = world.b.course
    data = course_form(slug=course.slug, subject="", **{"action-publish": "1"})
    address = reverse("wagtailadmin_pages:edit", args=[course.pk])
    response = client_of(world.admin).post(address, data)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"subject"}


def test_team_member_when_a_student_is_refused_beside_the_field(world: CmsWorld) -> None:
    row = CourseTeam(course=world.b.course, user=StudentFactory(), role="teacher")
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    assert "user" in refusal.value.message_dict
