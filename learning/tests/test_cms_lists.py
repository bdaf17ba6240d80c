"""The menu "Learning" of the CMS: lists of one's own, the same number of queries at any size."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import AdminFactory, StudentFactory, TeacherFactory
from core.errors import Conflict, InvalidInput
from core.models import AuditEvent
from learning import choosers
from learning.modeladmin import base
from learning.models import CoursePage, CourseTeam, Enrollment, LessonPage, Subject
from learning.services.courses import set_up_course
from learning.services.teams import add_member, change_role, remove_member
from learning.tests.cms_world import SECRET, CmsWorld
from learning.tests.factories import enroll

SignIn = Callable[[User], Client]

LISTS = ["coursepage", "enrollment", "courseteam"]


def index_of(kind: str) -> str:
    return reverse(f"learning_{kind}_modeladmin_index")


def grow(world: CmsWorld, courses: int) -> None:
    subject = Subject.objects.get(slug="botany")
    for number in range(courses):
        course = CoursePage(
            title=f"More {number}", slug=f"more-{number}", summary="More", subject=subject
        )
        world.index.add_child(instance=course)
        set_up_course(course=course, by=world.ben)
        add_member(course=course, user=TeacherFactory(), by=world.ben)
        enroll(StudentFactory(), course)


@pytest.mark.parametrize("kind", LISTS)
def test_list_when_it_grows_takes_the_same_number_of_queries(
    world: CmsWorld, client_of: SignIn, kind: str
) -> None:
    clients = [client_of(world.ben), client_of(world.admin)]
    few = [count_queries(client, index_of(kind)) for client in clients]
    grow(world, 4)
    assert [count_queries(client, index_of(kind)) for client in clients] == few


@pytest.mark.parametrize("kind", LISTS)
def test_list_when_shown_has_the_stylesheet_of_lists(
    world: CmsWorld, client_of: SignIn, kind: str
) -> None:
    assert "css/cms-lists" in client_of(world.ben).get(index_of(kind)).text


def test_list_when_longer_than_its_pages_says_so(
    world: CmsWorld, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(world, 3)
    address, client = index_of("enrollment"), client_of(world.admin)
    page = client.get(address).text
    assert '<span class="result-count">5</span>' in page
    assert "5 enrollments" in page
    assert "1 of 5" in client.get(f"{address}?course={world.b.course.pk}").text
    monkeypatch.setattr(base, "MOST_ROWS", 4)
    response = client.get(address)
    assert '<span class="result-count">more than 4</span>' in response.text
    assert "More than 4 enrollments: search or filter to find the others" in response.text
    assert len(response.context["object_list"]) == 4
    assert "1 of more than 4" in client.get(f"{address}?course={world.b.course.pk}").text


def test_menu_when_shown_has_an_icon_for_each_entry(world: CmsWorld, client_of: SignIn) -> None:
    client = client_of(world.admin)
    sidebar = unescape(client.get(reverse("wagtailadmin_home")).text)
    named = set(re.findall(r'"icon_name": "([^"]+)"', sidebar))
    drawn = set(re.findall(r'id="icon-([^"]+)"', client.get(reverse("wagtailadmin_sprite")).text))
    assert named
    assert named - drawn == set()


def count_queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_explorer_when_it_grows_takes_the_same_number_of_queries(
    world: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(world.ben)
    address = reverse("wagtailadmin_explore", args=[world.b.module.pk])
    few = count_queries(client, address)
    for number in range(5):
        world.b.module.add_child(instance=LessonPage(title=f"Leaf {number}", live=False))
    assert count_queries(client, address) == few


def test_course_list_for_a_teacher_has_own_courses_with_their_figures(
    world: CmsWorld, client_of: SignIn
) -> None:
    response = client_of(world.ben).get(index_of("coursepage"))
    assert [course.pk for course in response.context["object_list"]] == [world.b.course.pk]
    assert response.context["object_list"][0].enrolled_number == 1
    assert "Botany" in response.text


def test_course_list_when_the_role_sees_no_records_does_not_count_students(
    world: CmsWorld, client_of: SignIn
) -> None:
    helper = TeacherFactory()
    member = add_member(course=world.b.course, user=helper, role="designer", by=world.ben)
    client, counted = client_of(helper), r"field-enrolled[^>]*>{}</td>"
    assert re.search(counted.format("–"), client.get(index_of("coursepage")).text)
    change_role(member=member, role="grader", by=world.ben)
    assert re.search(counted.format("1"), client.get(index_of("coursepage")).text)


def test_course_list_for_an_administrator_has_all_and_can_be_filtered(
    world: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(world.admin)
    CoursePage.objects.filter(pk=world.b.course.pk).update(live=False)
    found = {
        query: [row.pk for row in client.get(index_of("coursepage") + query).context["object_list"]]
        for query in (
            "",
            "?state=live",
            "?state=draft",
            "?state=archived",
            "?q=beech",
            "?subject=x",
        )
    }
    a, b = world.a.course.pk, world.b.course.pk
    assert set(found[""]) == {a, b}
    assert found["?state=live"] == [a]
    assert found["?state=draft"] == found["?q=beech"] == [b]
    assert found["?state=archived"] == found["?subject=x"] == []


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize(
    "query",
    [
        *("?export=csv", "?export=xlsx", '?q="', "?q=%00", "?q=" + "x" * 10_000, "?p=abc"),
        *("?course=abc", "?course=999999", "?state=%00", "?level=%27", "?o=-99.x"),
        "?course__title__startswith=C",
        "?student__password__startswith=a",
        "?user__email__contains=a",
    ],
)
def test_list_when_asked_strange_things_answers_without_error(
    world: CmsWorld, client_of: SignIn, kind: str, query: str
) -> None:
    response = client_of(world.ben).get(index_of(kind) + query)
    assert response.status_code == 200
    assert "text/html" in response["Content-Type"]
    assert SECRET not in response.text.lower()


def test_lookup_in_the_address_when_not_a_filter_tells_nothing(
    world: CmsWorld, client_of: SignIn
) -> None:
    """Otherwise the number of rows would tell the first letters of a password's hash."""
    client = client_of(world.ben)
    for guess in ("a", "zzz"):
        query = f"?student__password__startswith={guess}"
        assert len(client.get(index_of("enrollment") + query).context["object_list"]) == 1


def test_enrollment_when_inspected_by_its_teacher_is_shown_and_not_changed(
    world: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(world.ben)
    pk = world.b.enrollment.pk
    inspect = client.get(reverse("learning_enrollment_modeladmin_inspect", args=[pk]))
    assert inspect.status_code == 200
    assert "Beech" in inspect.text
    assert client.get(reverse("learning_enrollment_modeladmin_edit", args=[pk])).status_code == 404
    assert (
        client.post(reverse("learning_enrollment_modeladmin_delete", args=[pk])).status_code == 404
    )
    assert client.get(reverse("learning_enrollment_modeladmin_create")).status_code == 404
    assert Enrollment.objects.filter(pk=pk).exists()


def test_progress_when_listed_is_out_of_the_required_lessons(
    world: CmsWorld, client_of: SignIn
) -> None:
    CoursePage.objects.filter(pk=world.b.course.pk).update(lesson_count=9, required_count=7)
    Enrollment.objects.filter(pk=world.b.enrollment.pk).update(lessons_done=3)
    client = client_of(world.ben)
    inspect = reverse("learning_enrollment_modeladmin_inspect", args=[world.b.enrollment.pk])
    for address in (index_of("enrollment"), inspect):
        page = client.get(address).text
        assert "3 / 7" in page
        assert "required lessons done" in page.lower()


@pytest.mark.parametrize("kind", ["enrollment", "courseteam"])
def test_list_when_filtered_by_course_offers_one_field_and_no_links(
    world: CmsWorld, client_of: SignIn, kind: str
) -> None:
    address, chosen = index_of(kind), world.b.course.pk
    response = client_of(world.admin).get(f"{address}?course={chosen}&q=e&state=active&p=1")
    assert {row.course_id for row in response.context["object_list"]} <= {chosen}
    page = response.text
    assert f'<option value="{chosen}" selected>' in page
    assert f'<option value="{world.a.course.pk}" >' in page
    assert f"course={world.a.course.pk}" not in page
    assert '<input type="hidden" name="q" value="e">' in page
    assert 'type="hidden" name="p"' not in page


def test_subjects_when_opened_by_a_teacher_are_not_there(
    world: CmsWorld, client_of: SignIn
) -> None:
    assert client_of(world.ben).get(index_of("subject")).status_code in (302, 404)
    assert client_of(world.admin).get(index_of("subject")).status_code == 200


def test_names_with_markup_when_listed_are_escaped(world: CmsWorld, client_of: SignIn) -> None:
    attack = "<img src=x onerror=alert(1)>"
    CoursePage.objects.filter(pk=world.b.course.pk).update(title=attack, draft_title=attack)
    User.objects.filter(pk=world.b.enrollment.student_id).update(first_name=attack)
    User.objects.filter(pk=world.ben.pk).update(first_name=attack)
    client = client_of(world.ben)
    for kind in LISTS:
        assert "<img src=x" not in client.get(index_of(kind)).text
    explorer = client.get(reverse("wagtailadmin_explore", args=[world.index.pk]))
    assert "<img src=x" not in explorer.text


def test_list_is_sorted_by_the_columns_that_it_names_and_by_one_at_a_time(
    world: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(world.admin)
    page = client.get(index_of("coursepage"), {"o": "-0.6"})
    offered = set(re.findall(r"[?&]o=-?(\d+)", page.text))
    titles = [course.title for course in page.context["object_list"]]

    assert offered == {"0", "6"}
    assert titles == sorted(titles, reverse=True)


# -- Course teams -------------------------------------------------------------------------------
def test_team_form_when_courses_are_many_searches_for_one_and_later_offers_only_that(
    world: CmsWorld, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosers, "MOST_LISTED", 1)
    client, member = client_of(world.admin), world.b.course.team.get()
    create = reverse("learning_courseteam_modeladmin_create")
    edit = reverse("learning_courseteam_modeladmin_edit", args=[member.pk])
    chooser = reverse(choosers.course_chooser_viewset.get_url_name("choose"))

    assert chooser in client.get(create).text
    assert chooser not in client.get(edit).text
    assert world.a.course.title not in client.get(edit).text
    helper = TeacherFactory()
    data = {"course": world.b.course.pk, "user": helper.pk, "role": "teacher"}
    assert client.post(create, data).status_code == 302
    assert world.b.course.team.filter(user=helper).exists()


def test_team_when_a_lead_adds_and_removes_a_teacher_changes_with_audit_rows(
    world: CmsWorld, client_of: SignIn
) -> None:
    client, helper = client_of(world.ben), TeacherFactory()
    data = {"course": world.b.course.pk, "user": helper.pk, "role": "teacher"}
    create = reverse("learning_courseteam_modeladmin_create")
    assert client.post(create, data).status_code == 302
    member = CourseTeam.objects.get(user=helper)
    delete = reverse("learning_courseteam_modeladmin_delete", args=[member.pk])
    question = f"Take {helper.display_name} off the team of “{world.b.course.title}”?"
    assert question in client.get(delete).text
    assert client.post(delete).status_code == 302
    assert not CourseTeam.objects.filter(pk=member.pk).exists()
    verbs = AuditEvent.objects.filter(actor=world.ben, verb__startswith="learning.team_")
    assert list(verbs.order_by("pk").values_list("verb", flat=True)) == [
        "learning.team_added",
        "learning.team_added",
        "learning.team_removed",
    ]


def test_team_when_the_course_or_person_does_not_fit_is_refused_beside_the_field(
    world: CmsWorld, client_of: SignIn
) -> None:
    client = client_of(world.ben)
    create = reverse("learning_courseteam_modeladmin_create")
    for data, field in (
        ({"course": world.a.course.pk, "user": TeacherFactory().pk, "role": "lead"}, "course"),
        ({"course": world.b.course.pk, "user": StudentFactory().pk, "role": "lead"}, "user"),
        ({"course": world.b.course.pk, "user": world.admin.pk, "role": "lead"}, "user"),
        ({"course": world.b.course.pk, "user": TeacherFactory().pk, "role": "boss"}, "role"),
    ):
        response = client.post(create, data)
        assert response.status_code == 200
        assert field in response.context["form"].errors
    assert CourseTeam.objects.count() == 2


def test_last_lead_when_changed_or_removed_stays(world: CmsWorld, client_of: SignIn) -> None:
    client, member = client_of(world.ben), world.b.course.team.get()
    edit = reverse("learning_courseteam_modeladmin_edit", args=[member.pk])
    response = client.post(edit, {"role": "teacher"})
    assert response.status_code == 200
    assert "role" in response.context["form"].errors
    client.post(reverse("learning_courseteam_modeladmin_delete", args=[member.pk]))
    assert world.b.course.team.get().role == "lead"


def test_co_teacher_when_managing_the_team_is_refused(world: CmsWorld, client_of: SignIn) -> None:
    helper = TeacherFactory()
    add_member(course=world.b.course, user=helper, role="teacher", by=world.ben)
    client, lead = client_of(helper), world.b.course.team.get(user=world.ben)
    assert client.get(index_of("courseteam")).status_code == 200
    assert client.get(reverse("learning_courseteam_modeladmin_create")).status_code == 404
    for action in ("edit", "delete"):
        address = reverse(f"learning_courseteam_modeladmin_{action}", args=[lead.pk])
        assert client.post(address, {"role": "grader"}).status_code == 404
    assert world.b.course.team.get(user=world.ben).role == "lead"


def test_lead_when_another_lead_takes_over_may_leave(world: CmsWorld) -> None:
    other = add_member(course=world.b.course, user=TeacherFactory(), role="lead", by=world.ben)
    remove_member(member=world.b.course.team.get(user=world.ben), by=world.ben)
    with pytest.raises(Conflict):
        remove_member(member=other, by=world.admin)


def test_lead_when_the_other_lead_lost_the_role_may_not_leave(world: CmsWorld) -> None:
    former = TeacherFactory()
    add_member(course=world.b.course, user=former, role="lead", by=world.ben)
    User.objects.filter(pk=former.pk).update(role="student")
    with pytest.raises(Conflict):
        change_role(member=world.b.course.team.get(user=world.ben), role="grader", by=world.ben)


def test_member_when_added_twice_is_one_row(world: CmsWorld) -> None:
    helper = TeacherFactory()
    first = add_member(course=world.b.course, user=helper, role="grader", by=world.ben)
    assert add_member(course=world.b.course, user=helper, role="grader", by=world.ben) == first
    with pytest.raises(Conflict):
        add_member(course=world.b.course, user=helper, role="lead", by=world.ben)
    for somebody in (StudentFactory(), AdminFactory(), TeacherFactory(is_active=False)):
        with pytest.raises(InvalidInput):
            add_member(course=world.b.course, user=somebody, by=world.ben)


def test_administrator_when_on_a_team_since_before_counts_as_no_lead(world: CmsWorld) -> None:
    team = world.b.course.team
    place = CourseTeam.objects.create(course=world.b.course, user=world.admin, role="grader")
    with pytest.raises(InvalidInput):
        change_role(member=place, role="lead", by=world.admin)
    team.filter(pk=place.pk).update(role="lead")
    with pytest.raises(Conflict):
        remove_member(member=team.get(user=world.ben), by=world.admin)
    remove_member(member=place, by=world.admin)
    assert team.get().user == world.ben
