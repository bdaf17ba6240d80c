"""The page of an activity whose kind has no address of its own."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from core.errors import NotFound
from learning.models import Activity
from learning.permissions import can_view_activity
from learning.registries import activity_kinds


@login_required
def show_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """The kind's own page, or the way to its own address; also what is posted there."""
    activity = Activity.objects.select_related("course").filter(pk=pk).first()
    if activity is None or not can_view_activity(request.user, activity):
        raise NotFound
    return activity_kinds[activity.kind].show(request, activity.specific)
