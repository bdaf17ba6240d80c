"""The list of a course's work."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.selectors.course_work import (
    crumbs_to_course,
    get_course,
    get_course_work,
    get_team_work,
)
from core.errors import Forbidden
from learning.access import Content, get_access
from learning.capabilities import Capability


@login_required
@require_safe
def course_work(request: HttpRequest, course_id: int) -> HttpResponse:
    """The course's activities: for students with their state, for the team with its figures."""
    course = get_course(course_id)
    access = get_access(request.user, Content(course), request.arrived_at)
    if not access.is_open or access.place is None:
        raise Forbidden
    membership = access.place.membership
    context = {"course": course, "crumbs": crumbs_to_course(course)}
    if membership.is_staff:
        context["team_work"] = get_team_work(course, membership)
        context["sees_records"] = membership.can(Capability.SEE_RECORDS)
        context["can_edit"] = membership.can(Capability.EDIT)
    else:
        context["work"] = get_course_work(course, request.user, membership, request.arrived_at)
    return render(request, "assessments/course_work.html", context)
