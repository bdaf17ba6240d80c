"""The list, and marking as read."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.paging import get_page
from core.responses import done, post_required
from notifications.registries import kinds
from notifications.selectors import get_notifications
from notifications.services.notify import mark_all_read, mark_read

PAGE_SIZE = 20


@login_required
@require_GET
def notification_list(request: HttpRequest) -> HttpResponse:
    page = get_page(get_notifications(request.user), request.GET, PAGE_SIZE)
    rows = [
        {
            "notification": notification,
            "icon": kinds[notification.event.kind].get_icon(notification.event.context),
            "sentence": kinds[notification.event.kind].show(notification.event.context),
        }
        for notification in page
    ]
    return render(request, "notifications/list.html", {"page": page, "rows": rows})


@post_required("notifications")
def read(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Marks as read and goes on to the thing itself."""
    notification = mark_read(user=request.user, notification_id=notification_id)
    url = notification.event.url or reverse("notifications")
    return done(request, url, {"read": True, "id": notification.pk})


@post_required("notifications")
def read_all(request: HttpRequest) -> HttpResponse:
    count = mark_all_read(user=request.user)
    return done(request, reverse("notifications"), {"read": count})
