"""What holds for every address of Wagtail's administration."""

from collections.abc import Callable
from typing import Any

from csp.constants import UNSAFE_INLINE
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from wagtail.users.models import UserProfile

from accounts.permissions import can_enter_cms

LOOSER_POLICY = {
    "script-src": [UNSAFE_INLINE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["blob:"],
}
"""What Wagtail's own screens add to the strict policy. Pages of learners never get it."""


class BackOfficeMiddleware:
    """For signed-in people without the right the administration isn't there: 404, and no loop.

    For those who have it, its times are in the zone of their profile, as everywhere else, and its
    scripts run.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "in_back_office", False):
            response._csp_update = LOOSER_POLICY
        return response

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        if not request.user.is_authenticated or request.path_info == reverse("admin_logout"):
            return
        if not request.path_info.startswith(reverse("wagtailadmin_home")):
            return
        if not can_enter_cms(request.user):
            raise Http404
        request.in_back_office = True
        # Wagtail keeps a zone of its own in another table: for this request ours is put over it.
        user = request.user
        profile = getattr(user, "wagtail_userprofile", None) or UserProfile(user=user)
        profile.current_time_zone = user.time_zone
