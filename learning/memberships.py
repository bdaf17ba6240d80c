"""What a person is in a course, and which course a page is in, read afresh each time.

A page's course is found by its path each time: a copied, aliased or moved lesson belongs to the
course that it is in now.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, FilteredRelation, Q, QuerySet
from wagtail.models import Page

from accounts.models import User
from learning.capabilities import CAPABILITIES, Capability
from learning.models import CoursePage, CourseTeam, Enrollment, LessonPage, ModulePage
from learning.models.enrollment import READING_STATES, EnrollmentState

LEVELS_BELOW_COURSE: dict[type[Page], int] = {CoursePage: 0, ModulePage: 1, LessonPage: 2}


@dataclass(frozen=True)
class Membership:
    """What one person is in one course now: on its team, enrolled, or neither."""

    is_admin: bool = False
    team_role: str = ""
    enrollment: Enrollment | None = None

    @property
    def is_staff(self) -> bool:
        """On the course's team, or an administrator."""
        return self.is_admin or bool(self.team_role)

    def can(self, capability: Capability) -> bool:
        """What a role on the team gives; an administrator may do everything."""
        return self.is_admin or capability in CAPABILITIES.get(self.team_role, ())

    @property
    def is_reading(self) -> bool:
        """A student whose enrollment lets them read."""
        return self.enrollment is not None and self.enrollment.state in READING_STATES


class AnyReader:
    """Stands for every student of a course whom nothing sets apart: no extension, no group."""

    pk = None
    is_authenticated = is_active = is_student = True
    is_admin = is_teacher = False
    membership = Membership(enrollment=Enrollment(state=EnrollmentState.ACTIVE))


ANY_READER = AnyReader()

Person = User | AnonymousUser | AnyReader


@dataclass(frozen=True)
class Place:
    """The course that a page is in now, whether its module is live, and what a person is there."""

    course: CoursePage
    module_live: bool
    membership: Membership


def get_membership(user: Person, course: CoursePage) -> Membership:
    """At most one query, whatever the role; none for administrators and visitors."""
    return get_memberships(user, [course.pk])[course.pk]


def get_memberships(user: Person, course_ids: Iterable[int]) -> dict[int, Membership]:
    """What a person is in each of these courses: at most one query for any number of them."""
    ids = set(course_ids)
    outside = get_membership_outside(user)
    if not isinstance(user, User) or not user.is_active or user.is_admin or not ids:
        return dict.fromkeys(ids, outside)
    found: dict[int, Membership] = {}
    if user.is_teacher:
        rows = CourseTeam.objects.filter(course__in=ids, user=user)
        found = {pk: Membership(team_role=role) for pk, role in rows.values_list("course", "role")}
    else:
        enrollments = Enrollment.objects.filter(course__in=ids, student=user)
        found = {row.course_id: Membership(enrollment=row) for row in enrollments}
    return {pk: found.get(pk, outside) for pk in ids}


def get_place(user: Person, page: Page) -> Place | None:
    """The place of a course, module or lesson page, in one query. None: in no course."""
    course_path = find_course_path(page)
    if course_path is None:
        return None
    module_path = find_module_path(page)
    courses = _courses_as_seen_by(user).filter(path=course_path)
    if module_path:
        live = ModulePage.objects.filter(path=module_path, live=True)
        courses = courses.annotate(module_live=Exists(live))
    course = courses.first()
    if course is None:
        return None
    return Place(course, not module_path or course.module_live, _membership_on(course, user))


def get_places(user: Person, pages: Iterable[Page]) -> dict[int, Place]:
    """The places of many pages by their key, in two queries. Pages in no course are left out."""
    paths = {page.pk: (find_course_path(page), find_module_path(page)) for page in pages}
    found = _courses_as_seen_by(user).filter(path__in={path for path, _ in paths.values() if path})
    courses = {course.path: course for course in found}
    wanted = {module for _, module in paths.values() if module}
    modules = ModulePage.objects.live().filter(path__in=wanted)
    live = set(modules.values_list("path", flat=True))
    return {
        pk: Place(courses[path], not module or module in live, _membership_on(courses[path], user))
        for pk, (path, module) in paths.items()
        if path in courses
    }


def get_course_of(page: Page) -> CoursePage | None:
    """The course that a module or lesson is in now; a course's own course is itself."""
    path = find_course_path(page)
    return CoursePage.objects.filter(path=path).first() if path else None


def get_courses_around(paths: Iterable[str]) -> QuerySet[CoursePage]:
    """The courses that stand at these tree paths or above them."""
    step = CoursePage.steplen
    above = {path[:end] for path in paths for end in range(step, len(path) + 1, step)}
    return CoursePage.objects.filter(path__in=above)


def find_course_path(page: Page) -> str | None:
    """The tree path where this page's course stands. None for pages that are in no course."""
    return _ancestor_path(page, LEVELS_BELOW_COURSE.get(type(page)))


def find_module_path(page: Page) -> str | None:
    """The tree path of a lesson's module; None for everything else."""
    return _ancestor_path(page, 1) if isinstance(page, LessonPage) else None


def _ancestor_path(page: Page, levels: int | None) -> str | None:
    if levels is None or not page.path:
        return None
    return page.path[: len(page.path) - levels * page.steplen]


def _courses_as_seen_by(user: Person) -> QuerySet[CoursePage]:
    """Courses that carry this person's team row or enrollment along."""
    courses = CoursePage.objects.all()
    if not isinstance(user, User) or not user.is_active or user.is_admin:
        return courses
    if user.is_teacher:
        mine = FilteredRelation("team", condition=Q(team__user=user))
    else:
        mine = FilteredRelation("enrollments", condition=Q(enrollments__student=user))
    return courses.annotate(mine=mine).select_related("mine")


def get_membership_outside(user: Person) -> Membership:
    """What a person is in a course that they have no row in: an administrator in any."""
    if isinstance(user, AnyReader):
        return user.membership
    return Membership(is_admin=bool(user.is_authenticated and user.is_active and user.is_admin))


def _membership_on(course: CoursePage, user: Person) -> Membership:
    mine = getattr(course, "mine", None)
    if mine is None:
        return get_membership_outside(user)
    if isinstance(mine, CourseTeam):
        return Membership(team_role=mine.role)
    return Membership(enrollment=mine)
