"""Pages that the CMS has beside Wagtail's own: the archive of courses, and refused deletions."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.models import Page

from accounts.permissions import is_administrator
from core.errors import Forbidden
from core.numbers import format_count
from learning.memberships import get_course_of
from learning.models import CoursePage
from learning.permissions import can_edit_course
from learning.selectors.dependents import Dependents
from learning.services.copying import copy_activities
from learning.services.courses import archive_course, restore_course

NOT_DELETED = 409


@login_required
@require_http_methods(["GET", "POST"])
def archive(request: HttpRequest, course_id: int) -> HttpResponse:
    """Asks, then closes the course for students. Where it is closed: how to open it again."""
    archived = CoursePage.objects.filter(pk=course_id, archived_at__isnull=False)
    if request.method == "GET" and archived.exists() and is_administrator(request.user):
        messages.info(request, _("This course is archived already."))
        return redirect("learning_course_restore", course_id)
    return _change_archive(request, course_id, "learning/admin/archive.html", archive_course)


@login_required
@require_http_methods(["GET", "POST"])
def restore(request: HttpRequest, course_id: int) -> HttpResponse:
    """Asks, then opens the course again."""
    return _change_archive(request, course_id, "learning/admin/restore.html", restore_course)


def say_that_archived(request: HttpRequest, course: CoursePage) -> None:
    """Its editor looks like that of every other course."""
    buttons = []
    if is_administrator(request.user):
        url = reverse("learning_course_restore", args=[course.pk])
        buttons.append(messages.button(url, _("Bring back")))
    words = _("This course is archived: students can’t see it, whatever is published here.")
    messages.warning(request, words, buttons=buttons)


def copy_activities_along(request: HttpRequest, source: CoursePage, copy: CoursePage) -> None:
    """After a course was copied with its pages, by somebody who may edit it."""
    if not can_edit_course(request.user, source):
        return
    count = copy_activities(source=source, target=copy, by=request.user)
    if count:
        words = ngettext(
            "%(count)s activity was copied, too. Set its dates, then publish it.",
            "%(count)s activities were copied, too. Set their dates, then publish them.",
            count,
        )
        messages.success(request, words % {"count": format_count(count)})


def refuse_deletion(
    request: HttpRequest, pages: list[Page], records: list[Dependents]
) -> HttpResponse:
    """Says what hangs on these pages, and what to do instead."""
    context = {
        "pages": pages,
        "records": records,
        "course": _course_to_archive(request, pages),
        "unpublishable": [
            page for page in pages if page.permissions_for_user(request.user).can_unpublish()
        ],
    }
    template = "learning/admin/cannot_delete.html"
    return TemplateResponse(request, template, context, status=NOT_DELETED)


def _change_archive(
    request: HttpRequest, course_id: int, template: str, change: Callable[..., CoursePage]
) -> HttpResponse:
    if not is_administrator(request.user):
        raise Forbidden
    course = get_object_or_404(CoursePage, pk=course_id)
    if request.method == "GET":
        return TemplateResponse(request, template, {"course": course})
    change(course=course, by=request.user)
    words = _("“%(title)s” is archived.") if course.archived_at else _("“%(title)s” is open again.")
    messages.success(request, words % {"title": course.title})
    return redirect("wagtailadmin_explore", course.pk)


def _course_to_archive(request: HttpRequest, pages: list[Page]) -> CoursePage | None:
    if not is_administrator(request.user) or len(pages) != 1:
        return None
    course = get_course_of(pages[0].specific)
    return course if course is not None and course.archived_at is None else None
