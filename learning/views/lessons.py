"""A lesson's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from core.errors import NotFound
from core.parsing import parse_key
from learning.access import get_access
from learning.memberships import Place, get_place
from learning.models import LessonPage, ModulePage
from learning.page_access import place_of, structure_of
from learning.permissions import can_edit_course
from learning.registries import ActivityState
from learning.rendering import fill_in, get_extras, get_segments, list_places, render_segments
from learning.selectors.activities import get_placed_states
from learning.selectors.outline import Outline, get_outline
from learning.selectors.placements import Placed
from learning.selectors.structure import CourseStructure, ModuleEntry, get_structure
from learning.services.enrollment import note_seen


def show_lesson(request: HttpRequest, lesson: LessonPage) -> HttpResponse:
    """The lesson with the reader's ticks and the state of their work. A preview writes nothing."""
    place = place_of(request, lesson)
    structure = structure_of(request, place.course)
    outline = get_outline(request.user, place, structure, current_id=lesson.pk)
    body, work = _render_body(request, lesson, place)
    if not request.is_preview and place.membership.is_reading and request.method == "GET":
        note_seen(enrollment=place.membership.enrollment, lesson=lesson)
    context = {
        "lesson": lesson,
        "course": place.course,
        "outline": outline,
        "membership": place.membership,
        "body": body,
        "has_work": bool(work),
        "waits_for_work": not all(state.done for state in work),
        # A lesson that is previewed before it is first saved has no editor to lead to.
        "can_edit": lesson.pk is not None
        and place.membership.is_staff
        and can_edit_course(request.user, place.course),
        "crumbs": _list_crumbs(outline, _find_module(request, lesson, structure)),
    }
    return render(request, lesson.template, context)


@require_safe
def show_module_outline(request: HttpRequest, pk: int) -> HttpResponse:
    """The lessons of one module, to put into the outline beside a lesson.

    For everybody who may see the syllabus of the course. `?lesson=` is the lesson beside it.
    """
    place = get_place(request.user, get_object_or_404(ModulePage, pk=pk))
    if place is None:
        raise NotFound
    course, membership = place.course, place.membership
    if not get_access(request.user, course, membership=membership).is_there:
        raise NotFound
    current_id = parse_key(request.GET.get("lesson"))
    outline = get_outline(request.user, place, get_structure(course), current_id=current_id)
    module = next((module for module in outline.modules if module.entry.id == pk), None)
    if module is None:
        raise NotFound
    context = {"lessons": module.lessons, "is_reading": place.membership.is_reading}
    return render(request, "learning/_outline_lessons.html", context)


def _render_body(
    request: HttpRequest, lesson: LessonPage, place: Place
) -> tuple[SafeString, list[ActivityState]]:
    """The body for this reader, and the activities of this course that stand in it."""
    segments = render_segments(lesson.body) if request.is_preview else get_segments(lesson)
    placed = [Placed(one.activity_id, one.kind) for one in list_places(segments)]
    states = get_placed_states(request.user, placed, place.course.pk)
    extras = {} if request.is_preview else get_extras(lesson, request.user, segments)
    body = fill_in(segments, states, course_id=place.course.pk, extras=extras)
    return body, list(states.values())


def _find_module(
    request: HttpRequest, lesson: LessonPage, structure: CourseStructure
) -> ModuleEntry | None:
    """A lesson that is previewed before it is first saved is in no outline yet: it has a parent."""
    if request.is_preview:
        return structure.find_module(lesson.get_parent().pk)
    return structure.module_of(lesson.pk)


def _list_crumbs(outline: Outline, module: ModuleEntry | None) -> list[tuple[str, str]]:
    structure = outline.structure
    crumbs = [
        (structure.catalogue_title, structure.catalogue_url),
        (structure.title, structure.url),
    ]
    around = (one for one in outline.modules if one.entry == module)
    return [*crumbs, *((one.entry.title, one.url) for one in around)]
