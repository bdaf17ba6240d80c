"""Where somebody stands towards a course, and where a page stands in the tree, read afresh.

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
from learning.models.enrollment import READING_STATES

Person = User | AnonymousUser


LEVELS_BELOW_COURSE: dict[type[Page], int] = {CoursePage: 0, ModulePage: 1, LessonPage: 2}


@dataclass(frozen=True)
class Standing:
    """What one person is in one course now. Nothing at all for those who only look around."""

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


@dataclass(frozen=True)
class Place:
    """The course that a page is in now, whether the modules between are live, and who asks."""

    course: CoursePage
    module_live: bool
    standing: Standing


def get_standing(user: Person, course: CoursePage) -> Standing:
    """At most one query, whatever the role; none for administrators and strangers."""
    if not user.is_authenticated or not user.is_active:
        return Standing()
    if user.is_admin:
        return Standing(is_admin=True)
    if user.is_teacher:
        row = CourseTeam.objects.filter(course_id=course.pk, user=user).values("role").first()
        return Standing(team_role=row["role"] if row else "")
    return Standing(enrollment=Enrollment.objects.filter(course_id=course.pk, student=user).first())


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
    return Place(course, not module_path or course.module_live, _standing_on(course, user))


def get_places(user: Person, pages: Iterable[Page]) -> dict[int, Place]:
    """The places of many pages by their key, in two queries. Pages in no course are left out."""
    paths = {page.pk: (find_course_path(page), find_module_path(page)) for page in pages}
    found = _courses_as_seen_by(user).filter(path__in={path for path, _ in paths.values() if path})
    courses = {course.path: course for course in found}
    wanted = {module for _, module in paths.values() if module}
    modules = ModulePage.objects.live().filter(path__in=wanted)
    live = set(modules.values_list("path", flat=True))
    return {
        pk: Place(courses[path], not module or module in live, _standing_on(courses[path], user))
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
    if not user.is_authenticated or not user.is_active or user.is_admin:
        return courses
    if user.is_teacher:
        mine = FilteredRelation("team", condition=Q(team__user=user))
    else:
        mine = FilteredRelation("enrollments", condition=Q(enrollments__student=user))
    return courses.annotate(mine=mine).select_related("mine")


def _standing_on(course: CoursePage, user: Person) -> Standing:
    if not user.is_authenticated or not user.is_active:
        return Standing()
    if user.is_admin:
        return Standing(is_admin=True)
    mine = getattr(course, "mine", None)
    if user.is_teacher:
        return Standing(team_role=mine.role if mine else "")
    return Standing(enrollment=mine)
