"""The page of a quiz, and the start of an attempt."""

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.selectors.course_work import crumbs_to_work
from assessments.selectors.quizzes import get_overview, get_quiz, get_results_page
from assessments.services.attempts import close_left_open, start_attempt
from core.errors import Forbidden
from core.responses import done, post_required
from learning.access import get_access
from learning.capabilities import Capability
from learning.page_access import show_locked
from learning.selectors.activities import find_lesson


@login_required
@require_safe
def quiz_page(request: HttpRequest, quiz_id: int) -> HttpResponse:
    """The rules before the start, my attempts; for graders everybody's results."""
    quiz = get_quiz(quiz_id)
    access = get_access(request.user, quiz, request.arrived_at)
    if access.is_locked:
        running = close_left_open(quiz=quiz, student=request.user, at=request.arrived_at)
        way_on = (
            (_("Continue the attempt"), reverse("attempt", args=[running.pk])) if running else None
        )
        return show_locked(request, quiz.title, access, crumbs_to_work(quiz.course), way_on)
    if not access.is_open or access.place is None:
        raise Forbidden
    membership = access.place.membership
    close_left_open(quiz=quiz, student=request.user, at=request.arrived_at)
    sees_records = membership.can(Capability.SEE_RECORDS)
    context = {
        "overview": get_overview(quiz, request.user, request.arrived_at),
        "crumbs": crumbs_to_work(quiz.course),
        "may_start": membership.is_reading,
        "lesson": find_lesson(request.user, quiz),
        "results": get_results_page(quiz, request.GET) if sees_records else None,
    }
    return render(request, "assessments/quiz.html", context)


@post_required("quiz", "quiz_id")
def start(request: HttpRequest, quiz_id: int) -> HttpResponse:
    """To the attempt under way, or to a new one. Whatever else is posted is not looked at."""
    attempt = start_attempt(
        quiz=get_quiz(quiz_id),
        student=request.user,
        address=_address(request),
        at=request.arrived_at,
    )
    url = reverse("attempt", args=[attempt.pk])
    return done(request, url, {"attempt": attempt.pk, "url": url})


def _address(request: HttpRequest) -> str | None:
    """The student's own, also behind proxies. One that can't be told keeps nobody from starting."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return None
