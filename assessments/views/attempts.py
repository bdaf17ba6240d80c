"""An attempt under way, and its result."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.models import Attempt
from assessments.permissions import can_view_attempt, can_view_key, can_work_on_attempt
from assessments.selectors.attempts import (
    QuestionResult,
    QuestionView,
    get_attempt,
    get_result,
    list_questions,
)
from assessments.selectors.course_work import crumbs_to_work
from assessments.services.answers import save_answer
from assessments.services.attempts import close_if_overdue, submit_attempt
from core.errors import Forbidden, InvalidInput, NotFound
from core.parsing import parse_key
from core.responses import done, post_required
from learning.schedule import seconds_left
from learning.selectors.activities import find_lesson

MOST_QUESTIONS = 999
MOST_DIGITS = 10


@login_required
@require_safe
def attempt_page(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """All questions, or the one that `?item=` names. Handed in, or time is up: to the result."""
    attempt = _own_attempt(request, attempt_id)
    if close_if_overdue(attempt, at=request.arrived_at):
        return redirect("attempt_result", attempt_id)
    questions = list_questions(attempt)
    item = request.GET.get("item")
    shown = [one for one in questions if item is None or str(one.position) == item]
    if item is not None and not shown:
        raise NotFound
    context = _work_context(attempt, questions) | {
        "shown": shown,
        "one": shown != questions,
        "media": _media_of(shown),
    }
    return render(request, "assessments/attempt.html", context)


@post_required("attempt", "attempt_id")
def answer(request: HttpRequest, attempt_id: int, position: int) -> HttpResponse:
    """Saves one answer. A form goes on to where its button says."""
    attempt = _own_attempt(request, attempt_id)
    response, sequence = read_answer(request)
    saved = save_answer(
        attempt=attempt,
        position=position,
        response=response,
        files=request.FILES,
        sequence=sequence,
        at=request.arrived_at,
    )
    body = {"saved": True, "item": position, "sequence": saved.sequence}
    return done(request, _next_page(attempt, request.POST.get("then", "")), body)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """Asks first and names what is not answered; a POST hands in."""
    attempt = _own_attempt(request, attempt_id)
    url = reverse("attempt_result", args=[attempt_id])
    if request.method == "POST":
        submit_attempt(attempt=attempt, at=request.arrived_at)
        return done(request, url, {"submitted": True, "url": url})
    if close_if_overdue(attempt, at=request.arrived_at):
        return redirect(url)
    context = _work_context(attempt, list_questions(attempt))
    return render(request, "assessments/attempt_confirm.html", context)


@login_required
@require_safe
def result(request: HttpRequest, attempt_id: int) -> HttpResponse:
    """Points, what was answered, what is right: for the student, and for the course's graders."""
    attempt = get_attempt(attempt_id)
    if not can_view_attempt(request.user, attempt):
        raise Forbidden
    if not close_if_overdue(attempt, at=request.arrived_at):
        if not can_work_on_attempt(request.user, attempt):
            raise NotFound
        return redirect("attempt", attempt_id)
    with_key = can_view_key(request.user, attempt, request.arrived_at)
    outcome = get_result(attempt, with_key=with_key)
    quiz_url = reverse("quiz", args=[attempt.quiz_id])
    context = {
        "outcome": outcome,
        "media": _media_of(outcome.questions),
        "quiz": attempt.quiz,
        "crumbs": [*crumbs_to_work(attempt.quiz.course), (attempt.quiz.title, quiz_url)],
        "is_own": attempt.student_id == request.user.pk,
        "lesson": find_lesson(request.user, attempt.quiz),
    }
    return render(request, "assessments/result.html", context)


def _own_attempt(request: HttpRequest, attempt_id: int) -> Attempt:
    attempt = get_attempt(attempt_id)
    if not can_work_on_attempt(request.user, attempt):
        raise Forbidden
    return attempt


def _work_context(attempt: Attempt, questions: Sequence[QuestionView]) -> dict[str, object]:
    """What stands beside the questions: clock, pager, how far one is."""
    unanswered = [question for question in questions if not question.is_answered]
    answered = len(questions) - len(unanswered)
    return {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "questions": questions,
        "unanswered": unanswered,
        "answered_count": answered,
        "answered_percent": 100 * answered // len(questions) if questions else 0,
        "remaining": seconds_left(attempt.deadline, timezone.now()),
    }


def _media_of(questions: Sequence[QuestionView] | Sequence[QuestionResult]) -> Media:
    """Scripts and styles of the types that are shown, each once."""
    return sum((question.media for question in questions), Media())


def _next_page(attempt: Attempt, then: str) -> str:
    """`then`: a question's number, or `submit`; anything else is the page of all questions."""
    if then == "submit":
        return reverse("attempt_submit", args=[attempt.pk])
    page = reverse("attempt", args=[attempt.pk])
    number = parse_key(then)
    return page if number is None or number > MOST_QUESTIONS else f"{page}?item={number}"


def read_answer(request: HttpRequest) -> tuple[dict[str, Any], int | None]:
    """The response as `services.answers.save_answer` takes it, and the page's sequence."""
    if request.content_type == "application/json":
        try:
            data = json.loads(request.body)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict):
            raise InvalidInput(_("This is not JSON that can be read."))
        return data, _whole(data.get("sequence"))
    return request.POST, _whole(request.POST.get("sequence"))


def _whole(value: object) -> int | None:
    """A whole number as text or JSON number; None where nothing was sent."""
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS:
        return int(value)
    raise InvalidInput(_("This is not a sequence number."), field="sequence")
