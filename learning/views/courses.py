"""A course's own page, and a module's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from learning.blocks.text import render_text
from learning.models import CoursePage, ModulePage
from learning.permissions import can_edit_course, can_enroll, can_view_content, is_open
from learning.registries import course_places
from learning.selectors.course import get_continue_url, list_lead_names
from learning.selectors.outline import get_outline
from learning.selectors.structure import CourseStructure, build_structures, get_structure
from learning.views.pages import place_of, structure_of


def show_course(request: HttpRequest, course: CoursePage) -> HttpResponse:
    """What the course is about, its syllabus, and the one next step for whoever looks.

    `course` may be a draft that is previewed: the structure is the stored course's.
    """
    place = place_of(request, course)
    standing = place.standing
    structure = _structure_of(place.course)
    outline = get_outline(standing, structure)
    reads = can_view_content(request.user, course, standing=standing)
    context = {
        "course": course,
        "description": render_text(course.description),
        "outline": outline,
        "standing": standing,
        "teachers": list_lead_names(course),
        "can_enroll": can_enroll(request.user, course) and not standing.is_reading,
        "takes_students": _takes_students(request, course),
        "can_edit": standing.is_staff and can_edit_course(request.user, course),
        "continue_url": get_continue_url(standing, outline),
        "places": [(p, p.get_url(course.pk)) for p in course_places.values()] if reads else [],
        "crumbs": [(structure.catalogue_title, structure.catalogue_url)],
    }
    return render(request, course.template, context)


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
    outline = get_outline(place.standing, structure)
    context = {
        "module": module,
        "entry": next((m for m in outline.modules if m.entry.id == module.pk), None),
        "outline": outline,
        "standing": place.standing,
        "crumbs": [
            (structure.catalogue_title, structure.catalogue_url),
            (structure.title, structure.url),
        ],
    }
    return render(request, module.template, context)
