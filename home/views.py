"""The three dashboards, and the way to one's own."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from home.selectors.administrator import get_admin_dashboard
from home.selectors.student import get_student_dashboard
from home.selectors.teacher import get_teacher_dashboard


@login_required
@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """To the dashboard of one's role."""
    return redirect(f"dashboard_{request.user.role}")


@login_required
@require_GET
def student_dashboard(request: HttpRequest) -> HttpResponse:
    if not request.user.is_student:
        raise Http404
    context = {"dashboard": get_student_dashboard(request.user)}
    return render(request, "home/student_dashboard.html", context)


@login_required
@require_GET
def teacher_dashboard(request: HttpRequest) -> HttpResponse:
    if not (request.user.is_teacher or request.user.is_admin):
        raise Http404
    context = {"dashboard": get_teacher_dashboard(request.user)}
    return render(request, "home/teacher_dashboard.html", context)


@login_required
@require_GET
def admin_dashboard(request: HttpRequest) -> HttpResponse:
    if not request.user.is_admin:
        raise Http404
    return render(
        request, "home/admin_dashboard.html", {"dashboard": get_admin_dashboard(request.user)}
    )
