"""Deleting in the CMS: what records hang on is kept, and the editor says what to do instead."""

from collections.abc import Callable
from typing import Any

from django.db.models import CASCADE, PROTECT, Model
from django.test import Client
from django.urls import reverse
from django.utils.functional import Promise
from wagtail.models import Collection, Page

from accounts.models import User
from learning.models import CoursePage, Enrollment, LessonCompletion, LessonPage, Subject
from learning.models.pages import ModulePage
from learning.services.courses import set_up_course
from learning.tests.cms_world import CmsWorld, make_image

SignIn = Callable[[User], Client]


def delete_address(page: Page) -> str:
    return reverse("wagtailadmin_pages:delete", args=[page.pk])


def bulk_address(*pages: Page) -> str:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    return address + "?" + "&".join(f"id={page.pk}" for page in pages)


def complete(world: CmsWorld) -> LessonCompletion:
    return LessonCompletion.objects.create(
        enrollment=world.b.enrollment, lesson=world.b.lesson, how="marked"
    )


def test_course_with_enrollments_when_deleted_is_kept_and_archive_offered(
    world: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(world.admin)
    for answer in (client.get, client.post):
        response = answer(delete_address(world.b.course))
        assert response.status_code == 409
        assert reverse("learning_course_archive", args=[world.b.course.pk]) in response.text
        assert "Enrollments: 1" in response.text
    assert CoursePage.objects.filter(pk=world.b.course.pk).exists()
    assert Enrollment.objects.filter(pk=world.b.enrollment.pk).exists()


def test_records_that_keep_a_page_when_listed_have_names_for_people() -> None:
    relations = (
        relation
        for kind in (Page, CoursePage, ModulePage, LessonPage)
        for relation in kind._meta.get_fields(include_hidden=True)
    )
    keeping = {
        relation.related_model
        for relation in relations
        if relation.auto_created and getattr(relation, "on_delete", None) is PROTECT
    }
    assert {"GradeItem", "Event"} <= {model.__name__ for model in keeping}
    for model in keeping:
        assert isinstance(model._meta.verbose_name, Promise), f"{model} is named for programs only"


def test_lesson_and_its_module_when_completed_by_somebody_are_kept(
    world: CmsWorld, client_of: SignIn
) -> None:
    complete(world)
    client = client_of(world.admin)
    for page in (world.b.lesson, world.b.module):
        response = client.post(delete_address(page))
        assert response.status_code == 409
        assert "wagtailadmin" not in response.text or "Unpublish" in response.text
    assert LessonPage.objects.filter(pk=world.b.lesson.pk).exists()
    assert LessonCompletion.objects.count() == 1


def test_pages_when_deleted_in_bulk_are_kept_with_their_records(
    world: CmsWorld, client_of: SignIn
) -> None:
    complete(world)
    client = client_of(world.admin)
    for pages in ([world.b.lesson, world.a.draft], [world.b.course], [world.index]):
        response = client.post(bulk_address(*pages), {"next": "/admin/"})
        assert response.status_code == 409
    assert LessonPage.objects.filter(pk=world.a.draft.pk).exists()
    assert LessonCompletion.objects.count() == 1


def test_catalogue_when_deleted_is_kept_with_all_courses(
    world: CmsWorld, client_of: SignIn
) -> None:
    assert client_of(world.admin).post(delete_address(world.index)).status_code == 409
    assert CoursePage.objects.count() == 2


def test_page_without_records_when_deleted_is_gone(world: CmsWorld, client_of: SignIn) -> None:
    assert client_of(world.ben).post(delete_address(world.b.draft)).status_code == 302
    assert not LessonPage.objects.filter(pk=world.b.draft.pk).exists()


def test_live_page_when_deleted_by_a_teacher_is_kept(world: CmsWorld, client_of: SignIn) -> None:
    assert client_of(world.ben).post(delete_address(world.b.lesson)).status_code in (302, 403)
    assert LessonPage.objects.filter(pk=world.b.lesson.pk).exists()


def new_course(world: CmsWorld) -> CoursePage:
    course = CoursePage(title="Moss", slug="moss", summary="Moss", subject=world.b.course.subject)
    world.index.add_child(instance=course)
    return set_up_course(course=course, by=world.ben)


def test_course_without_records_when_deleted_takes_its_empty_collection_along(
    world: CmsWorld, client_of: SignIn
) -> None:
    course = new_course(world)
    assert client_of(world.admin).post(delete_address(course)).status_code == 302
    assert not CoursePage.objects.filter(pk=course.pk).exists()
    assert not Collection.objects.filter(pk=course.collection_id).exists()


def test_course_without_records_when_deleted_leaves_a_collection_with_files(
    world: CmsWorld, client_of: SignIn
) -> None:
    course = new_course(world)
    make_image(course, "Moss", world.ben)
    assert client_of(world.admin).post(delete_address(course)).status_code == 302
    assert Collection.objects.filter(pk=course.collection_id).exists()


def test_subject_in_use_when_deleted_is_kept_with_a_message(
    world: CmsWorld, client_of: SignIn
) -> None:
    subject = Subject.objects.get(slug="botany")
    address = reverse("learning_subject_modeladmin_delete", args=[subject.pk])
    response = client_of(world.admin).post(address)
    assert response.status_code == 409
    assert "2 courses" in response.text
    assert Subject.objects.filter(pk=subject.pk).exists()


def test_lesson_when_moved_outside_of_a_module_is_refused(
    world: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(world.admin)
    for target in (world.b.course, world.index, Page.objects.get(depth=1)):
        args = [world.b.lesson.pk, target.pk]
        response = client.post(reverse("wagtailadmin_pages:move_confirm", args=args))
        assert response.status_code in (302, 403, 404)
    assert LessonPage.objects.get(pk=world.b.lesson.pk).get_parent().pk == world.b.module.pk


def test_whatever_points_at_a_page_of_the_tree_when_it_cascades_protects_nothing_itself() -> None:
    """`get_dependents` looks one step far: no cascade may lead on to protected rows."""
    for kind in (Page, CoursePage, ModulePage, LessonPage):
        for relation in relations_to(kind):
            if relation.on_delete is CASCADE and not issubclass(relation.related_model, Page):
                further = relations_to(relation.related_model)
                assert not [other for other in further if other.on_delete is PROTECT], relation


def relations_to(model: type[Model]) -> list[Any]:
    fields = model._meta.get_fields(include_hidden=True)
    return [field for field in fields if field.auto_created and hasattr(field, "on_delete")]
