"""The catalogue: which courses fit, and what their cards show, in the same queries for any number.
What a course's own page shows beside its outline.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.http import QueryDict

from core.paging import LongPage, get_page
from core.parsing import clean_words
from learning.access import get_accesses
from learning.memberships import Membership, Person, get_memberships
from learning.models import CourseImage, CoursePage, CourseTeam, Subject
from learning.models.pages import Level
from learning.selectors.outline import get_percent

COURSES_PER_PAGE = 12
CARD_PICTURE = "fill-640x320"


@dataclass(frozen=True)
class CatalogueFilters:
    """What a visitor asked for, cleaned. A subject or level that is not offered counts as none."""

    term: str = ""
    subject: str = ""
    level: str = ""

    @classmethod
    def from_query(cls, query: QueryDict, subjects: Sequence[Subject]) -> "CatalogueFilters":
        """`subjects`: those that one can choose from."""
        subject, level = query.get("subject", ""), query.get("level", "")
        return cls(
            term=clean_words(query.get("q", "")),
            subject=subject if subject in {one.slug for one in subjects} else "",
            level=level if level in Level.values else "",
        )

    @property
    def is_empty(self) -> bool:
        return not (self.term or self.subject or self.level)

    @property
    def encoded(self) -> str:
        """The query string without the page."""
        given = {"q": self.term, "subject": self.subject, "level": self.level}
        return urlencode({key: value for key, value in given.items() if value})


@dataclass(frozen=True)
class CourseCard:
    """A course in the list. `percent` is None for courses that the visitor is not in."""

    course: CoursePage
    url: str
    teachers: Sequence[str]
    percent: int | None


@dataclass(frozen=True)
class Catalogue:
    """One page of the list, and the filters that one can choose from."""

    filters: CatalogueFilters
    page: LongPage
    cards: Sequence[CourseCard]
    subjects: Sequence[Subject]
    levels: Sequence[tuple[str, Any]]


def get_catalogue(user: Person, query: QueryDict, *, url: str) -> Catalogue:
    """Courses that everybody may know of, best match first or newest first.

    `query` is what the address asks for, `url` where the catalogue stands.
    """
    subjects = list(Subject.objects.filter(courses__in=CoursePage.objects.visible()).distinct())
    filters = CatalogueFilters.from_query(query, subjects)
    found = get_page(_find_courses(filters, subjects), query, COURSES_PER_PAGE)
    return Catalogue(
        filters=filters,
        page=found,
        cards=_get_cards(user, [course.pk for course in found], url),
        subjects=subjects,
        levels=Level.choices,
    )


def _find_courses(filters: CatalogueFilters, subjects: Sequence[Subject]) -> Any:
    courses = CoursePage.objects.visible().order_by("-first_published_at", "pk")
    if filters.subject:
        keys = {subject.slug: subject.pk for subject in subjects}
        courses = courses.filter(subject_id=keys[filters.subject])
    if filters.level:
        courses = courses.filter(level=filters.level)
    if not filters.term:
        return courses
    found = courses.search(filters.term, operator="and")
    return found if found.count() else courses.autocomplete(filters.term)


def _get_cards(user: Person, ids: Sequence[int], url: str) -> list[CourseCard]:
    leads = CourseTeam.objects.leading().select_related("user")
    pictures = CourseImage.objects.prefetch_renditions(CARD_PICTURE)
    with_data = CoursePage.objects.select_related("subject").prefetch_related(
        Prefetch("team", queryset=leads), Prefetch("picture", queryset=pictures)
    )
    courses = with_data.in_bulk(ids)
    memberships = get_memberships(user, ids)
    shown = [courses[pk] for pk in ids if pk in courses]
    accesses = get_accesses(user, shown, memberships=memberships)
    return [
        CourseCard(
            course=course,
            url=f"{url}{course.slug}/",
            teachers=[row.user.display_name for row in course.team.all()],
            percent=_get_percent(course, memberships[course.pk]),
        )
        for course, access in zip(shown, accesses, strict=True)
        if access.is_there
    ]


def _get_percent(course: CoursePage, membership: Membership) -> int | None:
    if membership.enrollment is None or not membership.is_reading:
        return None
    return get_percent(membership.enrollment.lessons_done, course.required_count)


def list_lead_names(course: CoursePage) -> list[str]:
    """Who leads the course, by the name that everybody sees. One query."""
    leads = CourseTeam.objects.leading().filter(course_id=course.pk)
    return [row.user.display_name for row in leads.select_related("user")]
