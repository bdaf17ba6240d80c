"""Load data in bulk: the same arguments, the same academy; a second run adds what is missing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections, transaction
from django.db.models import sql
from wagtail.models import Collection, Locale, Page
from wagtail.search.backends import get_search_backend

from accounts.models import Role, User
from accounts.roles import sync_roles
from assessments.models import Assignment, Choice, GradeItem, Question, Quiz, QuizSlot
from home.services.site import ensure_site
from learning.models import (
    CoursePage,
    CourseTeam,
    Enrollment,
    LessonCompletion,
    LessonPage,
    ModulePage,
    Subject,
)
from learning.models.enrollment import EnrollmentState
from learning.selectors.structure import count_figures

PASSWORD = "jeevi-demo"  # noqa: S105 (stated in the contract)
BATCH = 2_000
QUESTIONS = 20
LESSONS_PER_MODULE = 10
COMPLETED_AT_MOST = 4
MINUTES = 10
WHEN = datetime(2026, 1, 5, 9, tzinfo=UTC)

Report = Callable[[str, int, int], None]
T = TypeVar("T")
SeededPage = TypeVar("SeededPage", ModulePage, LessonPage)


@dataclass(frozen=True)
class SeedPlan:
    """How much: `lessons` is per course, `enrollments` in total."""

    courses: int
    lessons: int
    students: int
    enrollments: int


def seed(*, plan: SeedPlan, report: Report) -> None:
    """Make the plan's data; `report(step, done, total)` is called as it grows."""
    password = make_password(PASSWORD)
    teachers = max(1, plan.courses // 5)
    _seed_people(Role.TEACHER, teachers, password, report)
    _seed_people(Role.STUDENT, plan.students, password, report)
    sync_roles()
    courses = _seed_courses(plan, teachers, report)
    _seed_enrollments(plan, courses, report)
    _tell_planner()


def _tell_planner() -> None:
    """After so many rows at once the database plans by figures of before, for a minute or more."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# -- People ------------------------------------------------------------------------------------
def _seed_people(role: Role, count: int, password: str, report: Report) -> None:
    names = (f"{role.value}{number}" for number in range(1, count + 1))
    for done, batch in _batches(names):
        with transaction.atomic():
            _insert_people(role, batch, password)
        report(f"{role.label}s", done, count)


def _insert_people(role: Role, names: Sequence[str], password: str) -> None:
    known = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    users = User.objects.bulk_create(
        User(
            username=name,
            email=f"{name}@example.org",
            first_name=str(role.label),
            last_name=name.removeprefix(role.value),
            role=role,
            password=password,
            date_joined=WHEN,
        )
        for name in names
        if name not in known
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )


# -- Courses -----------------------------------------------------------------------------------
def _seed_courses(plan: SeedPlan, teachers: int, report: Report) -> list[int]:
    """The pages of each course in one transaction; returns the ids of all seeded courses."""
    index = ensure_site()
    subject, _created = Subject.objects.get_or_create(
        slug="practice", defaults={"name": "Practice"}
    )
    known = dict(
        CoursePage.objects.child_of(index)
        .filter(slug__startswith="seed-")
        .values_list("slug", "pk")
    )
    ids = []
    for number in range(1, plan.courses + 1):
        slug = f"seed-{number}"
        if slug not in known:
            with transaction.atomic():
                teacher = User.objects.get(username=f"teacher{(number - 1) % teachers + 1}")
                known[slug] = _seed_course(index, subject, number, plan.lessons, teacher)
        ids.append(known[slug])
        report("Courses", number, plan.courses)
    get_search_backend().get_index_for_model(CoursePage).add_items(
        CoursePage, list(CoursePage.objects.filter(pk__in=ids))
    )
    return ids


def _seed_course(index: Page, subject: Subject, number: int, lessons: int, teacher: User) -> int:
    title = f"Practice course {number}"
    course = CoursePage(
        title=title,
        slug=f"seed-{number}",
        summary="Made in bulk, to see how the academy behaves when it is full.",
        subject=subject,
        owner=teacher,
        live=True,
        first_published_at=WHEN,
        last_published_at=WHEN,
        collection=Collection.get_first_root_node().add_child(name=title),
        lesson_count=lessons,
        structure_changed_at=WHEN,
        required_count=lessons,
        total_minutes=lessons * MINUTES,
    )
    index.add_child(instance=course)
    CourseTeam.objects.create(course=course, user=teacher, role="lead")
    _seed_tree(course, lessons)
    _seed_work(course, number)
    return course.pk


def _seed_tree(course: CoursePage, lessons: int) -> None:
    modules = [
        _page(course, ModulePage, number, f"Module {number}")
        for number in range(1, -(-lessons // LESSONS_PER_MODULE) + 1)
    ]
    pages: list[LessonPage] = []
    for number in range(lessons):
        module = modules[number // LESSONS_PER_MODULE]
        place = number % LESSONS_PER_MODULE + 1
        lesson = _page(module, LessonPage, place, f"Lesson {number + 1}")
        lesson.minutes = MINUTES
        lesson.announced_at = WHEN
        lesson.body = [("text", f"<p>This is lesson {number + 1} of {course.title}.</p>")]
        pages.append(lesson)
        module.numchild += 1
    course.numchild = len(modules)
    course.save(update_fields=["numchild"])
    _insert_pages(modules)
    _insert_pages(pages)


def _page(parent: Page, model: type[SeededPage], place: int, title: str) -> SeededPage:
    slug = title.lower().replace(" ", "-")
    return model(
        title=title,
        draft_title=title,
        slug=slug,
        path=Page._get_path(parent.path, parent.depth + 1, place),
        depth=parent.depth + 1,
        numchild=0,
        url_path=f"{parent.url_path}{slug}/",
        live=True,
        locale=Locale.get_default(),
        content_type=ContentType.objects.get_for_model(model),
        first_published_at=WHEN,
        last_published_at=WHEN,
    )


def _insert_pages(pages: Sequence[Page]) -> None:
    """Both tables of a page type, each in batches: Django's `bulk_create` can't do such models."""
    shared = [field.attname for field in Page._meta.concrete_fields if field.attname != "id"]
    for _done, batch in _batches(pages):
        rows = [Page(**{name: getattr(page, name) for name in shared}) for page in batch]
        for page, row in zip(batch, Page.objects.bulk_create(rows), strict=True):
            page.pk = page.page_ptr_id = page.id = row.pk
        _insert_own_table(batch)


def _insert_own_table(objects: list[Any]) -> None:
    model = type(objects[0])
    query = sql.InsertQuery(model)
    query.insert_values(model._meta.local_concrete_fields, objects, raw=True)
    query.get_compiler(connection=connections["default"]).execute_sql()


def _seed_work(course: CoursePage, number: int) -> None:
    """A quiz and an assignment, published before anybody came."""
    shown = {"course": course, "published": True, "published_at": WHEN, "announced_at": WHEN}
    quiz = Quiz.objects.create(title=f"Quiz {number}", max_attempts=None, time_limit=60, **shown)
    assignment = Assignment.objects.create(title=f"Assignment {number}", **shown)
    _seed_questions(quiz)
    GradeItem.objects.create(course=course, activity=quiz, title=quiz.title, max_points=QUESTIONS)
    GradeItem.objects.create(
        course=course,
        activity=assignment,
        title=assignment.title,
        max_points=assignment.max_points,
    )


def _seed_questions(quiz: Quiz) -> None:
    questions = Question.objects.bulk_create(
        Question(course=quiz.course, quiz=quiz, text=f"Question {place}: which?", sort_order=place)
        for place in range(1, QUESTIONS + 1)
    )
    Choice.objects.bulk_create(
        Choice(
            question=question,
            text=f"Option {option}",
            is_correct=option == place % 4 + 1,
            sort_order=option,
        )
        for place, question in enumerate(questions)
        for option in range(1, 5)
    )
    QuizSlot.objects.bulk_create(
        QuizSlot(quiz=quiz, question=question, position=place)
        for place, question in enumerate(questions, start=1)
    )


# -- Enrollments -------------------------------------------------------------------------------
def _seed_enrollments(plan: SeedPlan, courses: Sequence[int], report: Report) -> None:
    """Spread evenly: everybody gets a first course before anybody gets a second."""
    students = _student_ids(plan.students)
    total = min(plan.enrollments, len(students) * len(courses))
    required = _required_lessons(courses)
    pairs = (
        (
            students[n % len(students)],
            courses[(n % len(students) + n // len(students)) % len(courses)],
            n,
        )
        for n in range(total)
    )
    for done, batch in _batches(pairs):
        with transaction.atomic():
            _insert_enrollments(batch, required)
        report("Enrollments", done, total)


def _student_ids(count: int) -> list[int]:
    names = [f"student{number}" for number in range(1, count + 1)]
    ids: dict[str, int] = {}
    for _done, batch in _batches(names):
        ids.update(User.objects.filter(username__in=batch).values_list("username", "pk"))
    return [ids[name] for name in names]


def _required_lessons(courses: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The lessons that make 100 % of each course, in their order."""
    found = {}
    for _done, batch in _batches(courses):
        for course in CoursePage.objects.filter(pk__in=batch):
            found[course.pk] = count_figures(course).required_ids
    return found


def _insert_enrollments(
    pairs: Sequence[tuple[int, int, int]], required: dict[int, tuple[int, ...]]
) -> None:
    """Enrollments with their ticks: count and state are what a rebuild would find."""
    known = set(
        Enrollment.objects.filter(
            student_id__in={student for student, _c, _n in pairs}
        ).values_list("student_id", "course_id")
    )
    rows = Enrollment.objects.bulk_create(
        _make_enrollment(student, course, required[course], n % (COMPLETED_AT_MOST + 1))
        for student, course, n in pairs
        if (student, course) not in known
    )
    LessonCompletion.objects.bulk_create(
        (
            LessonCompletion(enrollment=row, lesson_id=lesson, how="marked")
            for row in rows
            for lesson in required[row.course_id][: row.lessons_done]
        ),
        batch_size=BATCH,
    )
    _date_enrollments(rows)


def _make_enrollment(student: int, course: int, required: Sequence[int], ticks: int) -> Enrollment:
    done = min(ticks, len(required))
    enrollment = Enrollment(student_id=student, course_id=course, lessons_done=done)
    if required and done == len(required):
        enrollment.state, enrollment.completed_at = EnrollmentState.COMPLETED, WHEN
    return enrollment


def _date_enrollments(rows: Sequence[Enrollment]) -> None:
    """These columns take the clock's time when a row is inserted, whatever it was given."""
    Enrollment.objects.filter(pk__in=[row.pk for row in rows]).update(enrolled_at=WHEN)
    LessonCompletion.objects.filter(enrollment__in=rows).update(completed_at=WHEN)


def _batches(items: Iterable[T]) -> Iterator[tuple[int, list[T]]]:
    """Lists of at most `BATCH`, each with how many items came so far."""
    iterator, done = iter(items), 0
    while batch := list(islice(iterator, BATCH)):
        done += len(batch)
        yield done, batch
