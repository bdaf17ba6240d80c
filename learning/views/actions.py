"""What students do in a course. Each is a POST that may come twice."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.models import Page

from core.errors import NotFound
from core.responses import done
from learning.access import AccessState, get_access
from learning.memberships import get_place
from learning.models import CoursePage, LessonPage
from learning.models.enrollment import CompletionSource
from learning.models.pages import CompletionRule
from learning.selectors.outline import Outline, get_outline
from learning.selectors.structure import get_structure
from learning.services.enrollment import enroll_student, leave_course
from learning.services.progress import complete_lesson, reopen_lesson

View = Callable[[HttpRequest, Any], HttpResponse]


def acts_on(model: type[Page]) -> Callable[[View], Callable[..., HttpResponse]]:
    """A POST on one page by its key, for people who are signed in. The service decides the rest."""

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @require_POST
        @wraps(view)
        def handle(request: HttpRequest, pk: int) -> HttpResponse:
            page = model.objects.filter(pk=pk).first()
            if not request.user.is_authenticated:
                return _sign_in(request, page)
            if page is None:
                raise NotFound
            return view(request, page)

        return handle

    return decorate


@acts_on(CoursePage)
def enroll(request: HttpRequest, course: CoursePage) -> HttpResponse:
    """Into the course, and back to its page."""
    enrollment = enroll_student(student=request.user, course=course)
    messages.success(request, _("You are enrolled. Enjoy the course!"))
    return done(request, get_structure(course).url, {"state": enrollment.state})


@acts_on(CoursePage)
def leave(request: HttpRequest, course: CoursePage) -> HttpResponse:
    """Out of the course. What was done stays, and is there again on coming back."""
    enrollment = leave_course(student=request.user, course=course)
    messages.info(request, _("You have left the course. Your work is kept."))
    structure = get_structure(course)
    seen = get_access(request.user, course).is_there
    url = structure.url if seen else structure.catalogue_url
    return done(request, url, {"state": enrollment.state})


@acts_on(LessonPage)
def complete(request: HttpRequest, lesson: LessonPage) -> HttpResponse:
    """Marks the lesson, and goes on to the next one."""
    viewed = lesson.completion == CompletionRule.VIEWED
    how = CompletionSource.VIEWED if viewed else CompletionSource.MARKED
    complete_lesson(student=request.user, lesson=lesson, how=how)
    outline = _outline_after(request, lesson)
    if outline.is_complete:
        messages.success(request, _("You have completed every lesson of this course."))
    url = outline.following.url if outline.following else outline.structure.url
    return done(request, url, {"completed": True, "percent": outline.percent})


@acts_on(LessonPage)
def reopen(request: HttpRequest, lesson: LessonPage) -> HttpResponse:
    """Takes the mark back, and stays with the lesson."""
    reopen_lesson(student=request.user, lesson=lesson)
    outline = _outline_after(request, lesson)
    url = outline.current.entry.url if outline.current else outline.structure.url
    return done(request, url, {"completed": False, "percent": outline.percent})


def _outline_after(request: HttpRequest, lesson: LessonPage) -> Outline:
    place = get_place(request.user, lesson)
    if place is None:
        raise NotFound
    return get_outline(request.user, place, get_structure(place.course), current_id=lesson.pk)


def _sign_in(request: HttpRequest, page: Page | None) -> HttpResponse:
    """Signing in leads to a page, as the POST itself cannot be asked for again.

    Only to one that everybody may know of: an address tells what the page is called.
    """
    hidden = page is None or get_access(request.user, page).state is AccessState.HIDDEN
    return redirect_to_login((not hidden and page.get_url(request)) or "/")
