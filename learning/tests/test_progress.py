"""What is completed, and figures that always equal what a rebuild would find."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import AdminFactory, StudentFactory, TeacherFactory
from core.errors import Conflict, Forbidden
from core.jobs import run_due_jobs
from core.models import Job
from learning.models import CoursePage, Enrollment, LessonCompletion, LessonPage, ModulePage
from learning.registries import completion_rules
from learning.selectors.outline import get_percent
from learning.services import progress
from learning.services.enrollment import enroll_student, leave_course
from learning.services.progress import (
    complete_lesson,
    recount_course,
    recount_enrollment,
    reopen_lesson,
)
from learning.services.structure import RECOUNT_COURSE, refresh_structure
from learning.signals import course_completed, lesson_completed
from learning.tests.factories import (
    CourseDocumentFactory,
    CourseTeamFactory,
    EnrollmentFactory,
    LessonPageFactory,
    enroll,
    lessons_of,
    make_course,
)
from learning.tests.work import hand_in, make_assignment, make_quiz

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
JANUARY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_lesson_when_completed_counts_once() -> None:
    enrollment = enroll(StudentFactory(), make_course(lessons=2))
    lesson = lessons_of(enrollment.course)[0]
    first = complete_lesson(student=enrollment.student, lesson=lesson)
    assert complete_lesson(student=enrollment.student, lesson=lesson) == first
    enrollment.refresh_from_db()
    assert (enrollment.lessons_done, enrollment.state) == (1, "active")
    assert first.how == "marked"


def test_floors_above_when_a_lesson_is_completed_are_told_once() -> None:
    enrollment = enroll(StudentFactory(), make_course(lessons=1))
    told: list[LessonCompletion] = []

    def hear(completion: LessonCompletion, **kwargs: object) -> None:
        told.append(completion)

    lesson_completed.connect(hear)
    try:
        for _time in range(2):
            complete_lesson(student=enrollment.student, lesson=lessons_of(enrollment.course)[0])
    finally:
        lesson_completed.disconnect(hear)
    assert len(told) == 1


def test_course_when_its_last_required_lesson_is_done_is_completed() -> None:
    course = make_course(lessons=2)
    optional = lessons_of(course)[1]
    optional.required = False
    optional.save_revision().publish()
    enrollment = enroll(StudentFactory(), course)
    complete_lesson(student=enrollment.student, lesson=lessons_of(course)[0])
    enrollment.refresh_from_db()
    assert (enrollment.state, enrollment.lessons_done) == ("completed", 1)
    assert enrollment.completed_at is not None
    assert enrollment.events.get().source == "system"


def complete_course(course: CoursePage) -> Enrollment:
    """A student who completed all of the course in January."""
    enrollment = enroll(StudentFactory(), course)
    for lesson in lessons_of(course):
        complete_lesson(student=enrollment.student, lesson=lesson)
    Enrollment.objects.filter(pk=enrollment.pk).update(completed_at=JANUARY)
    enrollment.refresh_from_db()
    return enrollment


def test_completed_course_when_a_lesson_is_reopened_stays_completed() -> None:
    enrollment = complete_course(make_course(lessons=1))
    for _time in range(2):
        reopen_lesson(student=enrollment.student, lesson=lessons_of(enrollment.course)[0])
    enrollment.refresh_from_db()
    assert (enrollment.state, enrollment.lessons_done) == ("completed", 0)
    assert enrollment.completed_at == JANUARY


@pytest.mark.parametrize("count", ["job", "one", "all", "command"])
def test_completed_course_when_a_lesson_is_added_keeps_state_and_day(count: str) -> None:
    course = make_course(lessons=1)
    enrollment = complete_course(course)
    LessonPageFactory(parent=ModulePage.objects.child_of(course).get())
    {
        "job": run_due_jobs,
        "one": lambda: recount_enrollment(enrollment),
        "all": lambda: recount_course(course.pk),
        "command": lambda: call_command("rebuild_progress", stdout=StringIO()),
    }[count]()
    enrollment.refresh_from_db()
    assert (enrollment.state, enrollment.completed_at) == ("completed", JANUARY)
    course.refresh_from_db()
    assert get_percent(enrollment.lessons_done, course.required_count) == 50


def test_active_enrollment_with_a_day_when_rebuilt_is_completed_since_that_day() -> None:
    enrollment = EnrollmentFactory(state="active", completed_at=JANUARY)
    call_command("rebuild_progress", stdout=StringIO())
    enrollment.refresh_from_db()
    assert (enrollment.state, enrollment.completed_at) == ("completed", JANUARY)


def test_lesson_required_since_is_marked_as_new_for_people_who_have_finished(
    client_of: SignIn,
) -> None:
    course = make_course(lessons=1)
    finished, learning = complete_course(course), enroll(StudentFactory(), course)
    new = LessonPageFactory(parent=ModulePage.objects.child_of(course).get(), title="Later")
    run_due_jobs()
    label, course_url = "New since you finished", course.get_url()
    for address in (course_url, new.get_url()):
        assert client_of(finished.student).get(address).text.count(label) == 1
        assert label not in client_of(learning.student).get(address).text
    assert "Continue with what is new" in client_of(finished.student).get(course_url).text
    complete_lesson(student=finished.student, lesson=new)
    page = client_of(finished.student).get(course_url).text
    assert (label in page, "Read again" in page) == (False, True)


def test_optional_lesson_added_later_is_not_marked_as_new(client_of: SignIn) -> None:
    course = make_course(lessons=1)
    student = complete_course(course).student
    LessonPageFactory(parent=ModulePage.objects.child_of(course).get(), required=False)
    assert "New since you finished" not in client_of(student).get(course.get_url()).text


# -- What other layers are told -----------------------------------------------------------------
@pytest.fixture
def completed_ids() -> Iterator[list[list[int]]]:
    """What `course_completed` has carried."""
    told: list[list[int]] = []

    def hear(enrollment_ids: list[int], **kwargs: object) -> None:
        told.append(enrollment_ids)

    course_completed.connect(hear)
    yield told
    course_completed.disconnect(hear)


def test_layers_above_are_told_once_that_one_student_completed_the_course(
    completed_ids: list[list[int]],
) -> None:
    enrollment = enroll(StudentFactory(), make_course(lessons=1))
    lesson = lessons_of(enrollment.course)[0]
    complete_lesson(student=enrollment.student, lesson=lesson)
    reopen_lesson(student=enrollment.student, lesson=lesson)
    complete_lesson(student=enrollment.student, lesson=lesson)
    leave_course(student=enrollment.student, course=enrollment.course)
    enroll_student(student=enrollment.student, course=enrollment.course)
    assert completed_ids == [[enrollment.pk]]


def test_layers_above_are_told_in_one_list_that_many_completed_the_course(
    completed_ids: list[list[int]],
) -> None:
    course = make_course(lessons=2)
    enrollments = [enroll(StudentFactory(), course) for _number in range(3)]
    for enrollment in enrollments[:2]:
        complete_lesson(student=enrollment.student, lesson=lessons_of(course)[0])
    lessons_of(course)[1].unpublish()
    run_due_jobs()
    assert completed_ids == [[enrollment.pk for enrollment in enrollments[:2]]]


def test_course_is_completed_only_where_every_rule_names_the_enrollment(
    completed_ids: list[list[int]],
) -> None:
    passed: set[int] = set()
    with completion_rules.restored():
        completion_rules.register("exam", lambda course, rows: passed)
        enrollment = enroll(StudentFactory(), make_course(lessons=1))
        complete_lesson(student=enrollment.student, lesson=lessons_of(enrollment.course)[0])
        enrollment.refresh_from_db()
        assert (enrollment.state, completed_ids) == ("active", [])
        passed.add(enrollment.pk)
        recount_course(enrollment.course_id)
    assert completed_ids == [[enrollment.pk]]


# -- When a course is counted again -------------------------------------------------------------
def recounts() -> list[str]:
    return list(Job.objects.filter(name=RECOUNT_COURSE).values_list("state", flat=True))


def test_typo_when_published_recounts_nobody() -> None:
    course = make_course(lessons=2)
    Job.objects.all().delete()
    lesson = lessons_of(course)[0]
    lesson.title = "Without a typo"
    lesson.save_revision().publish()
    lesson.move(lessons_of(course)[1], pos="right")
    assert recounts() == []


def test_module_of_ten_lessons_when_deleted_is_one_recount_that_is_right() -> None:
    course = make_course(modules=2, lessons=10)
    enrollment = enroll(StudentFactory(), course)
    for lesson in lessons_of(course):
        complete_lesson(student=enrollment.student, lesson=lesson)
    LessonCompletion.objects.filter(lesson__in=lessons_of(course)[10:]).delete()
    Job.objects.all().delete()
    ModulePage.objects.child_of(course).last().delete()
    assert recounts() == ["queued"]
    run_due_jobs()
    enrollment.refresh_from_db()
    assert (enrollment.lessons_done, recounts()) == (10, ["done"])


def test_recount_goes_on_in_steps_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "CHUNK", 2)
    course = make_course(lessons=1)
    rows = EnrollmentFactory.create_batch(5, course=course)
    Enrollment.objects.update(lessons_done=7)
    steps = list(progress.recount_in_steps(course.pk))
    assert [(step.done, step.total) for step in steps] == [(2, 5), (4, 5), (5, 5)]
    Enrollment.objects.update(lessons_done=7)
    [step] = progress.recount_in_steps(course.pk, after=steps[1].place)
    assert (step.done, step.place) == (5, rows[4].pk)
    assert list(Enrollment.objects.order_by("pk").values_list("lessons_done", flat=True)) == [
        *[7] * 4,
        0,
    ]


def test_progress_when_a_file_is_saved_before_the_job_runs_is_recounted() -> None:
    course = make_course(lessons=2)
    enrollment = enroll(StudentFactory(), course)
    for lesson in lessons_of(course):
        complete_lesson(student=enrollment.student, lesson=lesson)
    run_due_jobs()
    LessonPage.objects.filter(pk=lessons_of(course)[0].pk).update(live=False)
    refresh_structure(course.pk)
    CourseDocumentFactory(collection=course.collection)
    run_due_jobs()
    enrollment.refresh_from_db()
    assert enrollment.lessons_done == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda course, student: leave_course(student=student, course=course),
        lambda course, student: course.unpublish(),
        lambda course, student: ModulePage.objects.child_of(course).get().unpublish(),
        lambda course, student: lessons_of(course)[0].unpublish(),
        lambda course, student: CoursePage.objects.update(archived_at=timezone.now()),
        lambda course, student: User.objects.filter(pk=student.pk).update(role="teacher"),
    ],
    ids=["left", "course", "module", "lesson", "archived", "role"],
)
def test_lesson_that_may_not_be_read_when_completed_is_refused(
    spoil: Callable[[CoursePage, User], object],
) -> None:
    enrollment = enroll(StudentFactory(), make_course(lessons=1))
    spoil(enrollment.course, enrollment.student)
    student = User.objects.get(pk=enrollment.student.pk)
    lesson = lessons_of(enrollment.course)[0]
    for act in (complete_lesson, reopen_lesson):
        with pytest.raises(Forbidden):
            act(student=student, lesson=lesson)
    assert not LessonCompletion.objects.exists()


def test_free_preview_when_completed_by_a_stranger_is_refused() -> None:
    lesson = lessons_of(make_course(lessons=1))[0]
    LessonPage.objects.update(free_preview=True)
    for user in (StudentFactory(), TeacherFactory(), AdminFactory()):
        with pytest.raises(Forbidden):
            complete_lesson(student=user, lesson=lesson)


# -- Lessons that hold work ---------------------------------------------------------------------
def make_lesson_with(course: CoursePage, *blocks: tuple[str, object]) -> LessonPage:
    module = ModulePage.objects.child_of(course).get()
    return LessonPageFactory(parent=module, body=list(blocks))


def test_lesson_with_work_when_marked_by_hand_is_refused_until_it_is_done() -> None:
    course = make_course(lessons=0)
    work = make_assignment(course)
    lesson = make_lesson_with(course, ("activity", {"activity": work}))
    student = enroll(StudentFactory(), course).student
    with pytest.raises(Conflict):
        complete_lesson(student=student, lesson=lesson)
    hand_in(work, student)
    assert complete_lesson(student=student, lesson=lesson).how == "assessed"
    with pytest.raises(Conflict):
        reopen_lesson(student=student, lesson=lesson)


@pytest.mark.parametrize("how", ["unpublished", "taken out"])
def test_lesson_whose_work_is_gone_when_reopened_is_not_complete(
    client_of: SignIn, how: str
) -> None:
    course = make_course(lessons=0)
    work = make_assignment(course)
    lesson = make_lesson_with(course, ("activity", {"activity": work}))
    student = enroll(StudentFactory(), course).student
    hand_in(work, student)
    complete_lesson(student=student, lesson=lesson)
    if how == "unpublished":
        type(work).objects.update(published=False)
    else:
        lesson.body = [("text", "<p>No work any more.</p>")]
        lesson.save_revision().publish()
    client = client_of(student)
    assert "Mark as not complete" in client.get(lesson.get_url()).text
    assert client.post(f"/learning/lessons/{lesson.pk}/reopen/").status_code == 303
    assert not LessonCompletion.objects.exists()


@pytest.mark.parametrize(
    ("rule", "words"), [("marked", "Mark complete"), ("viewed", "I have read this")]
)
def test_lesson_whose_work_was_done_while_away_when_shown_can_be_marked(
    client_of: SignIn, rule: str, words: str
) -> None:
    course = make_course(lessons=0)
    works = [make_assignment(course), make_assignment(course)]
    lesson = make_lesson_with(course, *(("activity", {"activity": work}) for work in works))
    LessonPage.objects.update(completion=rule)
    student = enroll(StudentFactory(), course).student
    client, waits = client_of(student), "This lesson is complete when its work is done."
    for work in works:
        page = client.get(lesson.get_url()).text
        assert (waits in page, words in page) == (True, False)
        hand_in(work, student)
    page = client.get(lesson.get_url()).text
    assert (waits in page, words in page) == (False, True)
    client.post(f"/learning/lessons/{lesson.pk}/complete/")
    assert LessonCompletion.objects.get().how == "assessed"


def test_lesson_whose_work_is_not_published_when_marked_by_hand_is_complete() -> None:
    course = make_course(lessons=0)
    lesson = make_lesson_with(
        course, ("activity", {"activity": make_quiz(course, published=False)})
    )
    student = enroll(StudentFactory(), course).student
    assert complete_lesson(student=student, lesson=lesson).how == "marked"


def test_work_when_done_by_who_has_left_marks_nothing() -> None:
    course = make_course(lessons=0)
    lesson = make_lesson_with(course, ("activity", {"activity": make_quiz(course)}))
    student = enroll(StudentFactory(), course, state="withdrawn").student
    assert complete_lesson(student=student, lesson=lesson, how="assessed") is None
    assert not LessonCompletion.objects.exists()


# -- Figures ------------------------------------------------------------------------------------
def rebuilt(enrollments: list[Enrollment]) -> list[tuple[str, int]]:
    """What counting from nothing finds, by rules written down once more."""
    found = []
    for enrollment in enrollments:
        required = {
            lesson.pk
            for lesson in LessonPage.objects.descendant_of(enrollment.course).live()
            if lesson.required and lesson.get_parent().live
        }
        rows = enrollment.completions.values_list("lesson_id", flat=True)
        found.append(len(required & set(rows)))
    return found


def test_stored_figures_after_any_sequence_equal_the_rebuilt_ones() -> None:
    courses = [make_course(modules=2, lessons=2), make_course(modules=1, lessons=2)]
    enrollments = [EnrollmentFactory(course=course) for course in courses for _ in range(2)]
    chance = random.Random(8)
    states = ["active"] * len(enrollments)
    for _step in range(40):
        chance.choice(STEPS)(chance, courses, enrollments)
        run_due_jobs()
        stored = [Enrollment.objects.get(pk=enrollment.pk) for enrollment in enrollments]
        assert [enrollment.lessons_done for enrollment in stored] == rebuilt(stored)
        states = [wanted_state(e, before) for e, before in zip(stored, states, strict=True)]
        assert [e.state for e in stored] == states


def wanted_state(enrollment: Enrollment, before: str) -> str:
    required = CoursePage.objects.get(pk=enrollment.course_id).required_count
    done = required and enrollment.lessons_done >= required
    return "completed" if done or before == "completed" else "active"


def complete_one(
    chance: random.Random, courses: list[CoursePage], enrollments: list[Enrollment]
) -> None:
    enrollment = chance.choice(enrollments)
    lessons = lessons_of(CoursePage.objects.get(pk=enrollment.course_id))
    act = chance.choice([complete_lesson, complete_lesson, reopen_lesson])
    try:
        act(student=enrollment.student, lesson=chance.choice(lessons))
    except (Forbidden, IndexError):
        return


def toggle_page(
    chance: random.Random, courses: list[CoursePage], enrollments: list[Enrollment]
) -> None:
    kind = chance.choice([LessonPage, LessonPage, ModulePage])
    page = chance.choice(list(kind.objects.order_by("pk")))
    if page.live:
        page.unpublish()
    else:
        page.save_revision().publish()


def toggle_required(
    chance: random.Random, courses: list[CoursePage], enrollments: list[Enrollment]
) -> None:
    lesson = chance.choice(list(LessonPage.objects.live().order_by("pk")) or [None])
    if lesson is not None:
        lesson.required = not lesson.required
        lesson.save_revision().publish()


def move_page(
    chance: random.Random, courses: list[CoursePage], enrollments: list[Enrollment]
) -> None:
    lesson = chance.choice(list(LessonPage.objects.order_by("pk")))
    lesson.move(chance.choice(list(ModulePage.objects.order_by("pk"))), pos="last-child")


STEPS = [complete_one, complete_one, complete_one, toggle_page, toggle_required, move_page]


def test_command_when_run_mends_spoilt_figures() -> None:
    enrollment = enroll(StudentFactory(), make_course(lessons=2))
    complete_lesson(student=enrollment.student, lesson=lessons_of(enrollment.course)[0])
    Enrollment.objects.update(lessons_done=7)
    CoursePage.objects.update(required_count=0, lesson_count=0)
    out = StringIO()
    call_command("rebuild_progress", stdout=out)
    enrollment.refresh_from_db()
    course = CoursePage.objects.get()
    assert (enrollment.lessons_done, course.required_count, course.lesson_count) == (1, 2, 2)
    assert "1" in out.getvalue()


def test_recount_when_more_are_enrolled_takes_the_same_queries() -> None:
    counts = []
    for size in (2, 40):
        course = make_course(lessons=2)
        students = EnrollmentFactory.create_batch(size, course=course)
        for enrollment in students:
            LessonCompletion.objects.create(
                enrollment=enrollment, lesson=lessons_of(course)[0], how="marked"
            )
        lessons_of(course)[1].unpublish()
        with CaptureQueriesContext(connection) as queries:
            recount_course(course.pk)
        counts.append(len(queries))
        states = Enrollment.objects.filter(course=course).values_list("state", "lessons_done")
        assert set(states) == {("completed", 1)}
    assert counts[0] == counts[1]


def test_recount_when_run_for_one_or_for_all_finds_the_same() -> None:
    enrollment = enroll(StudentFactory(), make_course(lessons=1))
    LessonCompletion.objects.create(
        enrollment=enrollment, lesson=lessons_of(enrollment.course)[0], how="viewed"
    )
    recount_enrollment(enrollment)
    one = (enrollment.state, enrollment.lessons_done)
    Enrollment.objects.update(state="active", lessons_done=0, completed_at=None)
    recount_course(enrollment.course_id)
    enrollment.refresh_from_db()
    assert (enrollment.state, enrollment.lessons_done) == one == ("completed", 1)


@pytest.mark.parametrize(
    ("done", "required", "percent"), [(0, 0, 0), (0, 3, 0), (2, 3, 66), (3, 3, 100), (5, 3, 100)]
)
def test_percent_when_asked_says_100_only_when_nothing_is_missing(
    done: int, required: int, percent: int
) -> None:
    assert get_percent(done, required) == percent


# -- Addresses ----------------------------------------------------------------------------------
def test_complete_address_when_posted_leads_to_the_next_lesson(client_of: SignIn) -> None:
    course = make_course(modules=2, lessons=1)
    first, last = lessons_of(course)
    client = client_of(enroll(StudentFactory(), course).student)
    answers = [client.post(f"/learning/lessons/{page.pk}/complete/") for page in (first, last)]
    assert [(a.status_code, a["Location"]) for a in answers] == [
        (303, last.url),
        (303, course.url),
    ]


def test_lesson_addresses_when_posted_by_script_say_how_far_one_is(client_of: SignIn) -> None:
    course = make_course(lessons=2)
    lesson, client = lessons_of(course)[0], client_of(enroll(StudentFactory(), course).student)
    asked = {"Accept": "application/json"}
    done = client.post(f"/learning/lessons/{lesson.pk}/complete/", headers=asked)
    undone = client.post(f"/learning/lessons/{lesson.pk}/reopen/", headers=asked)
    assert (done.status_code, done.json()) == (200, {"completed": True, "percent": 50})
    assert (undone.status_code, undone.json()) == (200, {"completed": False, "percent": 0})


def test_complete_address_when_the_lesson_holds_work_says_why(client_of: SignIn) -> None:
    course = make_course(lessons=0)
    lesson = make_lesson_with(course, ("activity", {"activity": make_quiz(course)}))
    client = client_of(enroll(StudentFactory(), course).student)
    answer = client.post(
        f"/learning/lessons/{lesson.pk}/complete/", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 409
    assert answer.json() == {"detail": ["This lesson is complete when its work is done."]}


@pytest.mark.parametrize("action", ["complete", "reopen"])
def test_lesson_addresses_when_asked_without_right_answer_by_contract(
    client_of: SignIn, action: str
) -> None:
    course = make_course(lessons=1)
    lesson = lessons_of(course)[0]
    url = f"/learning/lessons/{lesson.pk}/{action}/"
    staff = CourseTeamFactory(course=course).user
    for user in (StudentFactory(), TeacherFactory(), staff, AdminFactory()):
        assert client_of(user).post(url).status_code == 404
    assert client_of(staff).post(f"/learning/lessons/999999/{action}/").status_code == 404
    assert client_of(staff).get(url).status_code == 405
    assert Client().post(url)["Location"] == f"/accounts/login/?next={lesson.url}"
    assert Client(enforce_csrf_checks=True).post(url).status_code == 403
    assert not LessonCompletion.objects.exists()


def test_forged_figures_when_posted_change_nothing(client_of: SignIn) -> None:
    course = make_course(lessons=2)
    enrollment = enroll(StudentFactory(), course)
    client, lesson = client_of(enrollment.student), lessons_of(course)[0]
    forged = {"lessons_done": 99, "state": "completed", "how": "assessed", "percent": 100}
    client.post(f"/learning/lessons/{lesson.pk}/complete/", forged)
    enrollment.refresh_from_db()
    assert (enrollment.lessons_done, enrollment.state) == (1, "active")
    assert enrollment.completions.get().how == "marked"


def test_lesson_when_only_looked_at_is_never_complete(client_of: SignIn) -> None:
    course = make_course(lessons=1)
    LessonPage.objects.update(completion="viewed")
    enrollment = enroll(StudentFactory(), course)
    client, lesson = client_of(enrollment.student), lessons_of(course)[0]
    for _time in range(2):
        client.get(lesson.url)
    assert not LessonCompletion.objects.exists()
    client.post(f"/learning/lessons/{lesson.pk}/complete/")
    assert enrollment.completions.get().how == "viewed"
