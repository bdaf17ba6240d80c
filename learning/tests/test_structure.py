"""The cached outline follows every change of the tree, and the stored figures with it."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker
from wagtail.models import Comment

from accounts.tests.factories import AdminFactory
from core import page_cache
from core.models import Job
from core.tests.module_data import made_once
from learning import progress_receivers
from learning.memberships import Membership, Place
from learning.models import CoursePage, LessonPage, ModulePage
from learning.selectors.outline import get_outline
from learning.selectors.structure import (
    Figures,
    get_structure,
    get_structures,
    list_stale_course_ids,
)
from learning.services import structure as structure_service
from learning.services.structure import (
    RECOUNT_COURSE,
    refresh_marked_structures,
    refresh_stale_structures,
    refresh_structure,
)
from learning.tasks import check_structures, sweep_publications
from learning.tests.factories import (
    LessonPageFactory,
    ModulePageFactory,
    lessons_of,
    make_course,
)
from learning.tests.work import make_assignment, make_quiz

pytestmark = pytest.mark.django_db


def titles(course: CoursePage) -> list[list[str]]:
    structure = get_structure(CoursePage.objects.get(pk=course.pk))
    return [[lesson.title for lesson in module.lessons] for module in structure.modules]


def build_course() -> CoursePage:
    course = make_course(modules=0)
    for pair in ("ab", "cd"):
        module = ModulePageFactory(parent=course, title=pair)
        for title in pair:
            LessonPageFactory(parent=module, title=title, slug=f"lesson-{title}")
    return CoursePage.objects.get(pk=course.pk)


@pytest.fixture(scope="module")
def built_course(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[CoursePage]:
    with made_once(django_db_blocker, build_course) as course:
        yield course


@pytest.fixture
def course(built_course: CoursePage, db: None) -> CoursePage:
    """Two modules of two lessons, called a b and c d, with the outline in the cache."""
    assert titles(built_course) == [["a", "b"], ["c", "d"]]
    return CoursePage.objects.get(pk=built_course.pk)


def module_of(course: CoursePage, title: str) -> ModulePage:
    return ModulePage.objects.child_of(course).get(title=title)


def rename(course: CoursePage) -> None:
    lesson = lessons_of(course)[0]
    lesson.title = "A"
    lesson.save_revision().publish()


def add_lesson(course: CoursePage) -> None:
    draft = LessonPageFactory(parent=module_of(course, "ab"), title="new", live=False)
    draft.save_revision().publish()


def add_alias(course: CoursePage) -> None:
    lessons_of(course)[0].create_alias(parent=module_of(course, "cd"), update_slug="twin")


def copy_module(course: CoursePage) -> None:
    module_of(course, "ab").copy(recursive=True, update_attrs={"slug": "twin", "title": "twin"})


def move_lesson(course: CoursePage) -> None:
    lessons_of(course)[0].move(module_of(course, "cd"), pos="first-child")


def reorder(course: CoursePage) -> None:
    lessons = lessons_of(course)
    lessons[0].move(lessons[1], pos="right")


def reorder_modules(course: CoursePage) -> None:
    module_of(course, "cd").move(module_of(course, "ab"), pos="left")


CHANGES: list[tuple[Callable[[CoursePage], object], list[list[str]]]] = [
    (rename, [["A", "b"], ["c", "d"]]),
    (add_lesson, [["a", "b", "new"], ["c", "d"]]),
    (add_alias, [["a", "b"], ["c", "d", "a"]]),
    (copy_module, [["a", "b"], ["c", "d"], ["a", "b"]]),
    (move_lesson, [["b"], ["a", "c", "d"]]),
    (reorder, [["b", "a"], ["c", "d"]]),
    (reorder_modules, [["c", "d"], ["a", "b"]]),
    (lambda course: lessons_of(course)[0].unpublish(), [["b"], ["c", "d"]]),
    (lambda course: module_of(course, "ab").unpublish(), [["c", "d"]]),
]
DELETIONS: list[tuple[Callable[[CoursePage], object], list[list[str]]]] = [
    (lambda course: lessons_of(course)[0].delete(), [["b"], ["c", "d"]]),
    (lambda course: module_of(course, "ab").delete(), [["c", "d"]]),
]
"""Their signals are sent in their own transaction: what follows them can't get lost."""


@pytest.mark.parametrize(("change", "found"), CHANGES + DELETIONS)
def test_outline_after_a_change_is_never_stale(
    course: CoursePage, change: Callable[[CoursePage], object], found: list[list[str]]
) -> None:
    change(course)
    assert titles(course) == found
    stored = CoursePage.objects.get(pk=course.pk)
    assert stored.lesson_count == sum(len(module) for module in found)
    assert stored.structure_version > course.structure_version


def test_lesson_when_moved_to_another_course_changes_both(course: CoursePage) -> None:
    other = make_course(lessons=1)
    before = CoursePage.objects.get(pk=other.pk).structure_version
    lessons_of(course)[0].move(ModulePage.objects.child_of(other).get(), pos="last-child")
    assert titles(course) == [["b"], ["c", "d"]]
    assert titles(other)[0][-1] == "a"
    assert CoursePage.objects.get(pk=other.pk).structure_version > before


def test_draft_when_saved_changes_nothing(course: CoursePage) -> None:
    lesson = lessons_of(course)[0]
    lesson.title = "draft"
    lesson.save_revision()
    assert CoursePage.objects.get(pk=course.pk).structure_version == course.structure_version
    assert titles(course)[0][0] == "a"


def test_older_revision_of_the_course_when_published_keeps_its_figures(course: CoursePage) -> None:
    revision = course.save_revision()
    lessons_of(course)[0].unpublish()
    revision.publish()
    stored = CoursePage.objects.get(pk=course.pk)
    assert stored.structure_version > course.structure_version
    assert stored.lesson_count == 3


def test_course_when_published_does_not_undo_what_happened_meanwhile(course: CoursePage) -> None:
    course.title = "Another title"
    revision = course.save_revision()
    opened = revision.as_object()
    archived = timezone.now()
    meanwhile = {"archived_at": archived, "structure_version": 99, "lesson_count": 3}
    CoursePage.objects.filter(pk=course.pk).update(**meanwhile)
    opened.save()
    stored = CoursePage.objects.get(pk=course.pk)
    assert {name: getattr(stored, name) for name in meanwhile} == meanwhile
    assert (stored.title, stored.collection) == ("Another title", course.collection)


def test_lesson_when_saved_does_not_undo_that_it_was_announced(course: CoursePage) -> None:
    lesson = lessons_of(course)[0]
    LessonPage.objects.filter(pk=lesson.pk).update(announced_at=timezone.now())
    lesson.minutes, lesson.title = 55, "Renamed"
    lesson.save()
    stored = LessonPage.objects.get(pk=lesson.pk)
    assert (stored.minutes, stored.title) == (55, "Renamed")
    assert stored.announced_at is not None


def test_kept_field_when_named_is_saved(course: CoursePage) -> None:
    course.archived_at = timezone.now()
    course.save(update_fields=["archived_at"])
    assert CoursePage.objects.get(pk=course.pk).archived_at == course.archived_at


def test_course_when_saved_keeps_its_comments(course: CoursePage) -> None:
    comment = Comment(user=AdminFactory(), text="Shorter?", contentpath="title")
    course.wagtail_admin_comments.add(comment)
    course.save()
    assert CoursePage.objects.get(pk=course.pk).wagtail_admin_comments.count() == 1


@pytest.mark.parametrize("field", ["title", "slug"])
def test_catalogue_when_published_is_called_anew_in_every_course(
    course: CoursePage, field: str
) -> None:
    catalogue = course.get_parent().specific
    setattr(catalogue, field, "library")
    revision = catalogue.save_revision()
    assert get_structure(course).catalogue_title == "Courses"
    revision.publish()
    structure = get_structure(CoursePage.objects.get(pk=course.pk))
    found = {"title": structure.catalogue_title, "slug": structure.catalogue_url.strip("/")}
    assert found[field] == "library"


def test_lesson_when_renamed_changes_its_address_in_the_outline(course: CoursePage) -> None:
    lesson = lessons_of(course)[0]
    lesson.slug = "another"
    lesson.save_revision().publish()
    structure = get_structure(CoursePage.objects.get(pk=course.pk))
    assert structure.lessons[0].url == LessonPage.objects.get(pk=lesson.pk).get_url()
    assert structure.catalogue_url == "/courses/"


def test_changes_of_what_is_required_when_written_leave_one_job(course: CoursePage) -> None:
    Job.objects.all().delete()
    for lesson in lessons_of(course)[:2]:
        lesson.unpublish()
    refresh_structure(course.pk)
    [job] = Job.objects.filter(name=RECOUNT_COURSE)
    assert (job.key, job.queue) == (str(course.pk), "heavy")


def test_course_that_is_gone_when_refreshed_leaves_nothing() -> None:
    refresh_structure(999_999)
    assert not Job.objects.filter(key__startswith="999999").exists()


def test_structures_when_cached_take_no_query(course: CoursePage) -> None:
    courses = [course, make_course(modules=3)]
    courses = list(CoursePage.objects.filter(pk__in=[one.pk for one in courses]))
    get_structures(courses)
    with CaptureQueriesContext(connection) as queries:
        found = get_structures(courses)
    assert len(queries) == 0
    assert set(found) == {one.pk for one in courses}


def test_structures_when_built_for_more_courses_take_the_same_queries() -> None:
    counts = []
    get_structure(make_course())
    for size in (1, 4):
        for _course in range(size):
            make_course(modules=2, lessons=size)
        courses = list(CoursePage.objects.order_by("-pk")[:size])
        with CaptureQueriesContext(connection) as queries:
            get_structures(courses)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_work_when_placed_stands_in_the_outline_once(course: CoursePage) -> None:
    quiz, assignment = make_quiz(course), make_assignment(course)
    lesson = lessons_of(course)[0]
    lesson.body = [
        ("activity", {"activity": quiz}),
        ("activity", {"activity": assignment}),
        ("activity", {"activity": quiz}),
    ]
    lesson.save_revision().publish()
    entry = get_structure(CoursePage.objects.get(pk=course.pk)).lessons[0]
    found = [(one.id, one.kind) for one in entry.activities]
    assert found == [(quiz.pk, "quiz"), (assignment.pk, "assignment")]


def test_neighbours_when_asked_lead_across_modules(course: CoursePage) -> None:
    structure = get_structure(course)
    ids = {lesson.title: lesson.id for lesson in structure.lessons}
    admin, visitor = AdminFactory.build(), AnonymousUser()
    inside = Place(course, module_live=True, membership=Membership(is_admin=True))
    outside = Place(course, module_live=True, membership=Membership())
    outline = get_outline(admin, inside, structure, current_id=ids["b"])
    assert (outline.previous.title, outline.following.title) == ("a", "c")
    nowhere = get_outline(admin, inside, structure, current_id=0)
    assert (nowhere.previous, nowhere.following) == (None, None)
    stranger = get_outline(visitor, outside, structure, current_id=ids["b"])
    assert (stranger.previous, stranger.following) == (None, None)


# -- The sweep ----------------------------------------------------------------------------------
def test_lesson_published_without_signals_when_swept_is_found(course: CoursePage) -> None:
    lessons_of(course)[0].unpublish()
    assert titles(course) == [["b"], ["c", "d"]]
    lessons = LessonPage.objects.filter(title="a")
    lessons.update(live=True, last_published_at=timezone.now())
    assert titles(course) == [["b"], ["c", "d"]]
    check_structures()
    assert titles(course) == [["a", "b"], ["c", "d"]]


def is_stale(course: CoursePage) -> bool:
    return CoursePage.objects.get(pk=course.pk).structure_is_stale


@pytest.mark.parametrize(("change", "found"), CHANGES)
def test_change_whose_refresh_got_lost_when_swept_is_found(
    course: CoursePage,
    change: Callable[[CoursePage], object],
    found: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as lost:
        lost.setattr(progress_receivers, "_refresh", lambda paths: None)
        change(course)
    assert is_stale(course)
    sweep_publications()
    assert titles(course) == found
    assert not is_stale(course)


def test_course_that_a_page_left_when_its_refresh_got_lost_is_found(
    course: CoursePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_course(lessons=1)
    with monkeypatch.context() as lost:
        lost.setattr(progress_receivers, "_refresh", lambda paths: None)
        lessons_of(course)[0].move(ModulePage.objects.child_of(other).get(), pos="last-child")
    assert (is_stale(course), is_stale(other)) == (True, True)
    assert refresh_marked_structures() == 2
    assert titles(course) == [["b"], ["c", "d"]]


def test_course_whose_refresh_fails_keeps_no_other_waiting(
    course: CoursePage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = make_course(lessons=1)
    CoursePage.objects.update(structure_is_stale=True)
    count = structure_service.count_figures

    def fail_for_the_first(page: CoursePage) -> Figures:
        if page.pk == course.pk:
            raise RuntimeError
        return count(page)

    monkeypatch.setattr(structure_service, "count_figures", fail_for_the_first)
    assert refresh_marked_structures() == 1
    assert (is_stale(course), is_stale(other)) == (True, False)
    assert "cannot be refreshed" in caplog.text


def test_change_that_was_refreshed_leaves_nothing_to_sweep(course: CoursePage) -> None:
    rename(course)
    lessons_of(course)[0].save_revision()
    assert not is_stale(course)
    assert refresh_marked_structures() == 0


def test_title_published_without_signals_when_swept_is_found(course: CoursePage) -> None:
    later = timezone.now() + timedelta(seconds=1)
    LessonPage.objects.filter(title="a").update(title="A", last_published_at=later)
    assert refresh_stale_structures() == 1
    assert titles(course)[0] == ["A", "b"]


def test_sweep_when_nothing_was_lost_does_nothing(course: CoursePage) -> None:
    assert refresh_stale_structures() == 0


def test_ended_without_signals_when_swept_is_found(course: CoursePage) -> None:
    ends = [
        LessonPage.objects.filter(title="a"),
        ModulePage.objects.filter(title="cd"),
        ModulePage.objects.filter(title="ab"),
    ]
    for end, left in zip(ends, ([["b"], ["c", "d"]], [["b"]], []), strict=True):
        end.update(live=False)
        assert list_stale_course_ids() == [course.pk]
        assert refresh_stale_structures() == 1
        assert titles(course) == left
    assert list_stale_course_ids() == []


def test_module_published_without_signals_when_swept_is_found(course: CoursePage) -> None:
    later = timezone.now() + timedelta(seconds=1)
    ModulePage.objects.filter(title="cd").update(title="CD", last_published_at=later)
    assert list_stale_course_ids() == [course.pk]


def test_course_that_nobody_counted_when_swept_is_found(course: CoursePage) -> None:
    CoursePage.objects.update(structure_changed_at=None)
    assert list_stale_course_ids() == []
    LessonPage.objects.filter(title="a").update(last_published_at=timezone.now())
    assert list_stale_course_ids() == [course.pk]


def test_sweep_when_it_looks_for_stale_courses_takes_one_query(course: CoursePage) -> None:
    others = [make_course(modules=2, lessons=2) for _course in range(3)]
    CoursePage.objects.filter(pk=others[1].pk).update(lesson_count=99)
    with CaptureQueriesContext(connection) as queries:
        assert list_stale_course_ids() == [others[1].pk]
    assert len(queries) == 1


def test_outline_that_another_release_stored_is_not_read(
    course: CoursePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A class of the other release lacked a field."""
    key = f"structure:{course.pk}:{course.structure_version}"
    with monkeypatch.context() as patch:
        patch.setattr(caches["pages"], "key_prefix", "pages:another-release")
        page_cache.clear()
        stored = get_structure(course)
        object.__delattr__(stored.modules[0].lessons[0], "completion")
        caches["pages"].set(key, stored)
    page_cache.process_cache.clear()
    caches["pages"].delete(key)
    assert get_structure(course).modules[0].lessons[0].completion
