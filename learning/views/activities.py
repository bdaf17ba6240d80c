"""The page of an activity whose kind has no address of its own."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from core.errors import NotFound
from learning.access import get_access
from learning.models import Activity
from learning.page_access import show_locked
from learning.registries import activity_kinds
from learning.selectors.structure import get_structure


@login_required
def show_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """The kind's own page, or the way to its own address; also what is posted there."""
    activity = Activity.objects.select_related("course").filter(pk=pk).first()
    if activity is None:
        raise NotFound
    access = get_access(request.user, activity, request.arrived_at)
    if access.is_locked and request.method in ("GET", "HEAD"):
        structure = get_structure(activity.course)
        return show_locked(request, activity.title, access, [(structure.title, structure.url)])
    access.require()
    return activity_kinds[activity.kind].show(request, activity.specific)
