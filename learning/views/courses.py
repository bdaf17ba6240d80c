"""The catalogue, a course's own page, and a module's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learning.access import Content, get_access
from learning.blocks.text import render_text
from learning.memberships import Place
from learning.models import CourseIndexPage, CoursePage, ModulePage
from learning.page_access import place_of, structure_of
from learning.permissions import can_edit_course, can_enroll, is_open
from learning.registries import course_places
from learning.selectors.continuation import find_continue_lessons, get_marks
from learning.selectors.courses import get_catalogue, list_lead_names
from learning.selectors.outline import Outline, get_outline
from learning.selectors.structure import CourseStructure, build_structures, get_structure


def show_catalogue(request: HttpRequest, page: CourseIndexPage) -> HttpResponse:
    """The courses that fit the filters in the address."""
    parts = page.get_url_parts(request)
    catalogue = get_catalogue(request.user, request.GET, url=parts[2] if parts else "")
    return render(request, page.template, {"page": page, "catalogue": catalogue})


def show_course(request: HttpRequest, course: CoursePage) -> HttpResponse:
    """What the course is about, its syllabus, and the one next step for whoever looks.

    `course` may be a draft that is previewed: the structure is the stored course's.
    """
    place = place_of(request, course)
    membership = place.membership
    structure = _structure_of(place.course)
    outline, continue_url = _get_outline(request, place, structure)
    content = get_access(request.user, Content(place.course), membership=membership)
    context = {
        "course": course,
        "description": render_text(course.description),
        "outline": outline,
        "membership": membership,
        "teachers": list_lead_names(course),
        "can_enroll": can_enroll(request.user, course) and not membership.is_reading,
        "takes_students": _takes_students(request, course),
        "can_edit": membership.is_staff and can_edit_course(request.user, course),
        "continue_url": continue_url,
        "places": [(p, p.get_url(course.pk)) for p in course_places.values()]
        if content.is_open
        else [],
        "crumbs": [(structure.catalogue_title, structure.catalogue_url)],
    }
    return render(request, course.template, context)


def _get_outline(
    request: HttpRequest, place: Place, structure: CourseStructure
) -> tuple[Outline, str]:
    """The outline, and where a student goes on or reads again; empty for everybody else."""
    enrollment = place.membership.enrollment
    if enrollment is None or not place.membership.is_reading:
        return get_outline(request.user, place, structure), ""
    enrollment.course = place.course
    marks = get_marks([enrollment])
    done = marks.done.get(enrollment.pk, frozenset())
    outline = get_outline(request.user, place, structure, done_ids=done)
    found = find_continue_lessons(
        request.user, [enrollment], {structure.course_id: structure}, marks
    )
    lesson = found[enrollment.pk] or outline.first_open
    return outline, lesson.url if lesson else ""


def _takes_students(request: HttpRequest, course: CoursePage) -> bool:
    """A preview shows what the page will say once the course is live."""
    will_be_open = request.is_preview and course.archived_at is None
    return bool(course.enrollment_open) and (will_be_open or is_open(course))


def _structure_of(course: CoursePage) -> CourseStructure:
    """What is not stored yet has no key to keep its structure under."""
    if course.pk is not None:
        return get_structure(course)
    (structure,) = build_structures([course]).values()
    return structure


def show_module(request: HttpRequest, module: ModulePage) -> HttpResponse:
    """A module's lessons, with ticks."""
    place = place_of(request, module)
    structure = structure_of(request, place.course)
    outline = get_outline(request.user, place, structure)
    context = {
        "module": module,
        "entry": next((m for m in outline.modules if m.entry.id == module.pk), None),
        "outline": outline,
        "membership": place.membership,
        "crumbs": [
            (structure.catalogue_title, structure.catalogue_url),
            (structure.title, structure.url),
        ],
    }
    return render(request, module.template, context)
