"""The teacher's desk: the queue of a course, and one submission beside the form that grades it."""

from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.forms.submissions import GradeForm
from assessments.models import Assignment, Grade, Submission
from assessments.permissions import can_grade
from assessments.selectors.course_work import crumbs_to_work, get_course
from assessments.selectors.submissions import (
    count_queue,
    find_next_waiting,
    get_grading_desk,
    get_submission,
    list_queue,
)
from assessments.services.submissions import grade_submission
from core.errors import Conflict, InvalidInput, NotFound
from core.numbers import as_input, format_points
from core.paging import get_page
from core.parsing import clean_term, parse_key
from core.responses import done, say_taken, wants_json

ROWS = 50
STATES = ("submitted", "graded", "all")


@login_required
@require_safe
def submission_queue(request: HttpRequest, course_id: int) -> HttpResponse:
    """What students of a course handed in; at first what waits to be graded."""
    course = get_course(course_id)
    if not can_grade(request.user, course):
        raise NotFound
    chosen = _chosen(request)
    rows = list_queue(
        course.pk,
        state=chosen["state"],
        assignment_id=int(chosen["assignment"]) if chosen["assignment"] else None,
        term=chosen["q"],
    )
    context = {
        "course": course,
        "crumbs": crumbs_to_work(course),
        "page": get_page(rows, request.GET, ROWS),
        "counts": count_queue(course.pk),
        "assignments": [
            {"pk": pk, "key": str(pk), "title": title}
            for pk, title in Assignment.objects.filter(course=course).values_list("pk", "title")
        ],
        "chosen": chosen,
        "query": _query(chosen),
        "tabs": {state: _query({**chosen, "state": state}) for state in STATES},
    }
    return render(request, "assessments/submissions.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def submission_grade(request: HttpRequest, submission_id: int) -> HttpResponse:
    """GET: the desk. POST `points`, `feedback`, `version`: graded, and on to the next one."""
    submission = get_submission(submission_id)
    if not can_grade(request.user, submission.assignment.course):
        raise NotFound
    if request.method == "POST":
        return _grade(request, submission)
    return _show(request, submission, None)


def _grade(request: HttpRequest, submission: Submission) -> HttpResponse:
    form = GradeForm(request.POST, assignment=submission.assignment)
    if not form.is_valid():
        if wants_json(request):
            return JsonResponse(form.errors, status=400)
        return _show(request, submission, form)
    try:
        grade = grade_submission(
            submission=submission,
            points=form.cleaned_data["points"],
            feedback=form.cleaned_data["feedback"],
            by=request.user,
            version=form.seen_version(),
            tries=form.cleaned_data["tries"],
        )
    except (Conflict, InvalidInput) as refusal:
        if wants_json(request):
            raise
        return _show_again(request, submission, refusal)
    say_taken(request, _words_for(submission, grade))
    following = find_next_waiting(submission)
    url = reverse("submission_queue", args=[submission.assignment.course_id])
    if following is not None:
        url = reverse("submission_grade", args=[following])
    return done(request, url, {"saved": True, "version": grade.version, "next": url})


def _words_for(submission: Submission, grade: Grade) -> str:
    return format_html(
        _("Saved: {name}, {points} of {max} points."),
        name=format_html("<bdi>{}</bdi>", submission.student.display_name),
        points=format_points(grade.points or Decimal(0)),
        max=format_points(grade.max_points),
    )


def _show_again(
    request: HttpRequest, submission: Submission, refusal: Conflict | InvalidInput
) -> HttpResponse:
    """What is stored now, beside what was typed. Saving again is then a decision."""
    submission = get_submission(submission.pk)
    desk = get_grading_desk(submission)
    typed = request.POST.copy()
    typed["version"], typed["tries"] = str(desk.version), str(submission.tries_count)
    form = GradeForm(typed, assignment=submission.assignment)
    form.add_error(refusal.field if refusal.field == "points" else None, refusal.message)
    return _show(request, submission, form, status=refusal.status)


def _show(
    request: HttpRequest, submission: Submission, form: GradeForm | None, status: int = 200
) -> HttpResponse:
    desk = get_grading_desk(submission)
    if form is None:
        grade = desk.grade
        initial = {
            "points": as_input(grade.points if grade else None),
            "feedback": grade.feedback if grade else "",
            "version": desk.version,
            "tries": desk.submission.tries_count,
        }
        form = GradeForm(assignment=submission.assignment, initial=initial)
    course = submission.assignment.course
    queue = reverse("submission_queue", args=[course.pk])
    context = {
        "desk": desk,
        "submission": submission,
        "assignment": submission.assignment,
        "course": course,
        "crumbs": [*crumbs_to_work(course), (_("Submissions"), queue)],
        "form": form,
        "is_conflict": status == 409,
    }
    return render(request, "assessments/grade.html", context, status=status)


def _query(chosen: dict[str, str]) -> str:
    return urlencode({name: value for name, value in chosen.items() if value})


def _chosen(request: HttpRequest) -> dict[str, str]:
    """The filters of the address; what is none of them counts as not given."""
    state = request.GET.get("state", "")
    assignment = request.GET.get("assignment", "")
    return {
        "state": state if state in STATES else "submitted",
        "assignment": "" if parse_key(assignment) is None else assignment,
        "q": clean_term(request.GET.get("q", "")),
    }
