"""Load data in bulk: the same arguments, the same academy; a second run adds what is missing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count, islice
from typing import Any, TypeVar

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import F, Max, Value, sql
from django.db.models.constants import OnConflict
from django.db.models.functions import Concat, Substr
from wagtail.models import Collection, Page
from wagtail.search.backends import get_search_backend

from accounts.models import Role, User
from accounts.roles import sync_roles
from assessments.models import Assignment, GradeItem, Question, Quiz, QuizSlot
from assessments.question_types.choice import SingleChoice
from home.services.site import ensure_site
from learning.models import (
    Activity,
    CoursePage,
    CourseTeam,
    Enrollment,
    LessonCompletion,
    LessonPage,
    ModulePage,
    Subject,
)
from learning.models.enrollment import EnrollmentState
from learning.selectors.structure import Figures
from learning.services.counts import add_to_counts

PASSWORD = "jeevi-demo"  # noqa: S105 (stated in the contract)
BATCH = 2_000
COURSES_AT_ONCE = 200
QUESTIONS = 20
LESSONS_PER_MODULE = 10
COMPLETED_AT_MOST = 4
MINUTES = 10
WHEN = datetime(2026, 1, 5, 9, tzinfo=UTC)

Report = Callable[[str, int, int], None]
T = TypeVar("T")
SeededPage = TypeVar("SeededPage", CoursePage, ModulePage, LessonPage)


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
    # After so many rows at once the database plans by figures of before, for a minute or more.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# -- People ------------------------------------------------------------------------------------
def _seed_people(role: Role, count: int, password: str, report: Report) -> None:
    names = (f"{role.value}{number}" for number in range(1, count + 1))
    done = 0
    for batch in _batches(names):
        with transaction.atomic():
            _insert_people(role, batch, password)
        done += len(batch)
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
@dataclass
class NewCourse:
    """A course that is being made, with its pages."""

    number: int
    page: CoursePage
    modules: list[ModulePage]
    lessons: list[LessonPage]


def _seed_courses(plan: SeedPlan, teachers: int, report: Report) -> list[int]:
    """Each batch with all that belongs to it in one transaction; returns all seeded ids."""
    index = ensure_site()
    known = _list_seeded(index)
    missing = [n for n in range(1, plan.courses + 1) if f"seed-{n}" not in known]
    done = plan.courses - len(missing)
    for batch in _batches(missing, COURSES_AT_ONCE):
        with transaction.atomic():
            _insert_courses(index, batch, plan.lessons, teachers)
        done += len(batch)
        report("Courses", done, plan.courses)
    known = _list_seeded(index)
    return [known[f"seed-{number}"] for number in range(1, plan.courses + 1)]


def _list_seeded(index: Page) -> dict[str, int]:
    pages = CoursePage.objects.child_of(index).filter(slug__startswith="seed-")
    return dict(pages.values_list("slug", "pk"))


def _insert_courses(index: Page, numbers: Sequence[int], lessons: int, teachers: int) -> None:
    names = [f"teacher{(number - 1) % teachers + 1}" for number in numbers]
    by_name = User.objects.filter(username__in=names).in_bulk(field_name="username")
    owners = [by_name[name] for name in names]
    courses = _build_courses(index, numbers, lessons, owners)
    pages = [course.page for course in courses]
    modules = [module for course in courses for module in course.modules]
    all_lessons = [lesson for course in courses for lesson in course.lessons]
    for models in (pages, modules, all_lessons):
        _insert_parents(models, Page)
    for course in courses:
        ids = tuple(lesson.pk for lesson in course.lessons)
        course.page.required_digest = Figures(lessons, lessons * MINUTES, ids).required_digest
    for models in (pages, modules, all_lessons):
        _insert_own_tables(models)
    Page.objects.filter(pk=index.pk).update(numchild=F("numchild") + len(courses))
    CourseTeam.objects.bulk_create(
        CourseTeam(course=page, user=owner, role="lead")
        for page, owner in zip(pages, owners, strict=True)
    )
    _insert_activities(courses)
    for model, found in ((CoursePage, pages), (ModulePage, modules), (LessonPage, all_lessons)):
        get_search_backend().get_index_for_model(model).add_items(model, found)


def _build_courses(
    index: Page, numbers: Sequence[int], lessons: int, owners: Sequence[User]
) -> list[NewCourse]:
    """After the last child of the catalogue, which is locked: editors add courses, too."""
    parent = Page.objects.select_for_update().get(pk=index.pk)
    last = Page.objects.child_of(parent).order_by("path").last()
    place = _get_place(last) if last else 0
    subject, _created = Subject.objects.get_or_create(
        slug="practice", defaults={"name": "Practice"}
    )
    courses = []
    collections = _insert_collections(numbers)
    for offset, number in enumerate(numbers):
        page = _page(parent, CoursePage, place + offset + 1, f"Practice course {number}")
        page.slug, page.url_path = f"seed-{number}", f"{parent.url_path}seed-{number}/"
        page.summary = "Made in bulk, to see how the academy behaves when it is full."
        page.subject, page.owner, page.collection = subject, owners[offset], collections[offset]
        page.structure_changed_at = WHEN
        page.lesson_count = page.required_count = lessons
        page.total_minutes = lessons * MINUTES
        courses.append(_build_tree(page, number, lessons))
    return courses


def _insert_collections(numbers: Sequence[int]) -> list[Collection]:
    """The root's children stand in the order of their names: those beyond move behind the new."""
    root = Collection.objects.select_for_update().get(pk=Collection.get_first_root_node().pk)
    names = [f"Practice course {number:06}" for number in numbers]
    beyond = list(root.get_children().filter(name__gt=names[0]).order_by("path"))
    last = root.get_last_child()
    places = count(_get_place(last) + 1 if last else 1)

    def take_path() -> str:
        return str(Collection._get_path(root.path, root.depth + 1, next(places)))

    collections = Collection.objects.bulk_create(
        Collection(name=name, path=take_path(), depth=root.depth + 1) for name in names
    )
    for old in beyond:
        rest = Substr("path", len(old.path) + 1)
        tree = Collection.objects.filter(path__startswith=old.path)
        tree.update(path=Concat(Value(take_path()), rest))
    Collection.objects.filter(pk=root.pk).update(numchild=F("numchild") + len(names))
    return collections


def _get_place(node: Any) -> int:
    """The number of the last step of its path."""
    return int(node.path[-node.steplen :], 36)


def _build_tree(page: CoursePage, number: int, lessons: int) -> NewCourse:
    page.numchild = -(-lessons // LESSONS_PER_MODULE)
    modules = [_page(page, ModulePage, n, f"Module {n}") for n in range(1, page.numchild + 1)]
    pages = []
    for n in range(lessons):
        module = modules[n // LESSONS_PER_MODULE]
        module.numchild += 1
        lesson = _page(module, LessonPage, module.numchild, f"Lesson {n + 1}")
        lesson.minutes = MINUTES
        lesson.announced_at = WHEN
        lesson.body = [("text", f"<p>This is lesson {n + 1} of {page.title}.</p>")]
        pages.append(lesson)
    return NewCourse(number, page, modules, pages)


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
        locale_id=parent.locale_id,
        content_type=ContentType.objects.get_for_model(model),
        first_published_at=WHEN,
        last_published_at=WHEN,
    )


def _insert_activities(courses: Sequence[NewCourse]) -> None:
    """A quiz and an assignment each, published before anybody came."""
    shown = {"published": True, "published_at": WHEN, "announced_at": WHEN, "updated": WHEN}
    quizzes, assignments = [], []
    for course in courses:
        facts = {"course": course.page, "created": WHEN, **shown}
        quizzes.append(
            Quiz(
                kind=Quiz.activity_kind,
                title=f"Quiz {course.number}",
                max_attempts=None,
                time_limit=60,
                **facts,
            )
        )
        assignments.append(
            Assignment(kind=Assignment.activity_kind, title=f"Assignment {course.number}", **facts)
        )
    for models in (quizzes, assignments):
        _insert_parents(models, Activity)
        _insert_own_tables(models)
    GradeItem.objects.bulk_create(
        GradeItem(course=activity.course, activity=activity, title=activity.title, max_points=most)
        for activity, most in (
            *((quiz, Decimal(QUESTIONS)) for quiz in quizzes),
            *((assignment, assignment.max_points) for assignment in assignments),
        )
    )
    _insert_questions(quizzes)


def _insert_questions(quizzes: Sequence[Quiz]) -> None:
    questions = Question.objects.bulk_create(
        (
            Question(
                course=quiz.course,
                kind=SingleChoice.key,
                text=f"Question {place}: which?",
                definition={
                    "options": [
                        {"text": f"Option {option}", "is_correct": option == place % 4 + 1}
                        for option in range(1, 5)
                    ]
                },
            )
            for quiz in quizzes
            for place in range(1, QUESTIONS + 1)
        ),
        batch_size=BATCH,
    )
    QuizSlot.objects.bulk_create(
        (
            QuizSlot(
                quiz=quizzes[number // QUESTIONS], question=question, position=number % QUESTIONS
            )
            for number, question in enumerate(questions)
        ),
        batch_size=BATCH,
    )


# -- Tables ------------------------------------------------------------------------------------
def _insert_parents(objects: Sequence[Any], parent: type[Any]) -> None:
    """The rows in the parent's table: `bulk_create` refuses models that have one."""
    names = [field.attname for field in parent._meta.concrete_fields if not field.primary_key]
    for batch in _batches(objects):
        rows = [parent(**{name: getattr(one, name) for name in names}) for one in batch]
        for one, row in zip(batch, parent.objects.bulk_create(rows), strict=True):
            one.id = one.pk = row.pk


def _insert_own_tables(objects: Sequence[Any]) -> None:
    for batch in _batches(objects):
        _insert(batch)


def _insert(objects: list[Any], on_conflict: OnConflict | None = None) -> None:
    """Each row as it is given: no column takes the clock's time instead."""
    model = type(objects[0])
    fields = [field for field in model._meta.local_concrete_fields if field.name != "id"]
    query = sql.InsertQuery(model, on_conflict=on_conflict)
    query.insert_values(fields, objects, raw=True)
    query.get_compiler(connection=connection).execute_sql()


# -- Enrollments -------------------------------------------------------------------------------
def _seed_enrollments(plan: SeedPlan, courses: Sequence[int], report: Report) -> None:
    """Spread evenly: everybody gets a first course before anybody gets a second."""
    students = _list_student_ids(plan.students)
    total = min(plan.enrollments, len(students) * len(courses))
    counts = _store_first_lessons(courses)
    done = 0
    for numbers in _batches(range(total)):
        rows = []
        for n in numbers:
            turn, place = divmod(n, len(students))
            course = courses[(place + turn) % len(courses)]
            rows.append(_make_enrollment(students[place], course, counts[course], n))
        with transaction.atomic():
            _insert_enrollments(rows)
        done += len(numbers)
        report("Enrollments", done, total)


def _list_student_ids(count: int) -> list[int]:
    names = [f"student{number}" for number in range(1, count + 1)]
    ids: dict[str, int] = {}
    for batch in _batches(names):
        ids.update(User.objects.filter(username__in=batch).values_list("username", "pk"))
    return [ids[name] for name in names]


def _store_first_lessons(courses: Sequence[int]) -> dict[int, int]:
    """The first required lessons of each course, in a table of this connection.

    Returns how many are required in each.
    """
    required = _list_required(courses)
    rows = [
        (course, place, lesson)
        for course, lessons in required.items()
        for place, lesson in enumerate(lessons[:COMPLETED_AT_MOST], start=1)
    ]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS seed_lesson")
        cursor.execute(
            "CREATE TEMPORARY TABLE seed_lesson"
            " (course_id bigint, place integer, lesson_id bigint, PRIMARY KEY (course_id, place))"
        )
        cursor.executemany("INSERT INTO seed_lesson VALUES (%s, %s, %s)", rows)
    return {course: len(lessons) for course, lessons in required.items()}


def _list_required(courses: Sequence[int]) -> dict[int, list[int]]:
    """What `count_figures` finds, for all courses in three queries: there may be 10,000."""
    step = CoursePage.steplen
    paths = dict(CoursePage.objects.values_list("path", "pk"))
    live = set(ModulePage.objects.live().values_list("path", flat=True))
    found: dict[int, list[int]] = {course: [] for course in courses}
    lessons = LessonPage.objects.live().filter(required=True).order_by("path")
    for path, lesson in lessons.values_list("path", "pk").iterator():
        course = paths.get(path[: -2 * step])
        if course in found and path[:-step] in live:
            found[course].append(lesson)
    return found


def _make_enrollment(student: int, course: int, required: int, number: int) -> Enrollment:
    done = min(number % (COMPLETED_AT_MOST + 1), required)
    enrollment = Enrollment(
        student_id=student, course_id=course, lessons_done=done, enrolled_at=WHEN
    )
    if required and done == required:
        enrollment.state, enrollment.completed_at = EnrollmentState.COMPLETED, WHEN
    return enrollment


def _insert_enrollments(rows: list[Enrollment]) -> None:
    """New ones with the lessons they completed: count and state are what a rebuild would find."""
    last = Enrollment.objects.aggregate(last=Max("pk"))["last"] or 0
    _insert(rows, OnConflict.IGNORE)
    add_to_counts(Enrollment.objects.reading().filter(pk__gt=last))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {LessonCompletion._meta.db_table}"  # noqa: S608 (our own names)
            " (enrollment_id, lesson_id, how, completed_at)"
            " SELECT enrollment.id, first.lesson_id, 'marked', %s"
            f" FROM {Enrollment._meta.db_table} AS enrollment"
            " JOIN seed_lesson AS first ON first.course_id = enrollment.course_id"
            " AND first.place <= enrollment.lessons_done WHERE enrollment.id > %s",
            [connection.ops.adapt_datetimefield_value(WHEN), last],
        )


def _batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Lists of at most `size`."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
