"""The page of an assignment, where students hand in; and the files of what they handed in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments.forms.submissions import HandInForm
from assessments.models import Assignment
from assessments.permissions import can_view_submission_file, keeps_own_work
from assessments.selectors.course_work import crumbs_to_work
from assessments.selectors.submissions import (
    get_assignment,
    get_student_work,
    get_submission,
    get_submission_file,
)
from assessments.services.submissions import hand_in, refusal_now
from core.errors import Conflict, InvalidInput, NotFound
from core.files import serve_private
from core.parsing import parse_key
from core.responses import done, say_taken, wants_json
from learning.access import Access, get_access
from learning.capabilities import Capability
from learning.memberships import Membership
from learning.page_access import show_locked
from learning.selectors.activities import find_lesson
from learning.windows import window_for


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def assignment(request: HttpRequest, assignment_id: int) -> HttpResponse:
    """The task, my tries, and the form. POST `text` and `file` (repeatable) hands in."""
    work = get_assignment(assignment_id)
    access = get_access(request.user, work, request.arrived_at)
    if access.is_locked and request.method != "POST":
        return show_locked(request, work.title, access, crumbs_to_work(work.course))
    membership = access.place.membership if access.place else Membership()
    if not access.is_there and not keeps_own_work(request.user, work, membership):
        raise NotFound
    if request.method == "POST":
        return _take(request, work, access)
    return _show(request, work, access, HandInForm(assignment=work))


@login_required
@require_safe
def submission_file(request: HttpRequest, submission_id: int) -> HttpResponseBase:
    """A file of the newest try, or of `?try=n`; `?file=k` where a try has several."""
    submission = get_submission(submission_id)
    if not can_view_submission_file(request.user, submission):
        raise NotFound
    number = _number(request, "try")
    row = get_submission_file(submission, number, _number(request, "file") or 1)
    return serve_private(row.file, filename=row.name)


def _take(request: HttpRequest, work: Assignment, access: Access) -> HttpResponse:
    access.require()
    form = HandInForm(request.POST, request.FILES, assignment=work)
    try:
        handed_in = hand_in(
            assignment=work,
            student=request.user,
            text=request.POST.get("text", ""),
            files=request.FILES.getlist("file"),
            at=request.arrived_at,
        )
    except (InvalidInput, Conflict) as refusal:
        if wants_json(request):
            raise
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        status = 409 if isinstance(refusal, Conflict) else 200
        return _show(request, work, access, form, status=status)
    say_taken(request, _("Handed in. You can see below what arrived."))
    body = {"submission": handed_in.submission_id, "try": handed_in.number}
    return done(request, reverse("assignment", args=[work.pk]), body)


def _show(
    request: HttpRequest, work: Assignment, access: Access, form: HandInForm, status: int = 200
) -> HttpResponse:
    now = request.arrived_at
    membership = access.place.membership if access.place else Membership()
    window = window_for(work, request.user, now)
    mine = get_student_work(work, request.user) if membership.is_reading else None
    context = {
        "assignment": work,
        "course": work.course,
        "crumbs": crumbs_to_work(work.course),
        "form": form,
        "mine": mine,
        "lesson": find_lesson(request.user, work),
        "submits": access.is_open and membership.is_reading,
        "grades": membership.can(Capability.GRADE),
        "authors": membership.can(Capability.EDIT),
        "window": window,
        "refusal": refusal_now(window, now),
        "is_late": window.is_late(now),
    }
    return render(request, "assessments/assignment.html", context, status=status)


def _number(request: HttpRequest, name: str) -> int | None:
    """A number out of the address. Raises `NotFound` for anything else."""
    given = request.GET.get(name)
    if given is None:
        return None
    number = parse_key(given)
    if number is None:
        raise NotFound
    return number
