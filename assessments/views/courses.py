"""The list of a course's work."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.permissions import can_view_course_work
from assessments.selectors.course_work import get_course, get_course_work, get_team_work
from assessments.selectors.crumbs import crumbs_to_course
from core.errors import Forbidden
from learning.permissions import can_see_records


@login_required
@require_safe
def course_work(request: HttpRequest, course_id: int) -> HttpResponse:
    """Quizzes and assignments with my state; for the team with what waits to be graded."""
    course = get_course(course_id)
    if not can_view_course_work(request.user, course):
        raise Forbidden
    context = {"course": course, "crumbs": crumbs_to_course(course)}
    if can_see_records(request.user, course):
        context["team_work"] = get_team_work(course)
    else:
        context["work"] = get_course_work(course, request.user)
    return render(request, "assessments/course_work.html", context)
