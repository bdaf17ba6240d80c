"""What holds for every address of Wagtail's administration."""

from collections.abc import Callable
from typing import Any

from csp.constants import UNSAFE_INLINE
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from wagtail.users.models import UserProfile

from accounts.models import User
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
        if not request.user.is_authenticated or not self._is_back_office(request):
            return
        if not can_enter_cms(request.user):
            raise Http404
        request.in_back_office = True
        _use_own_zone(request.user)

    def _is_back_office(self, request: HttpRequest) -> bool:
        if not request.path_info.startswith(reverse("wagtailadmin_home")):
            return False
        return request.path_info != reverse("admin_logout")


def _use_own_zone(user: User) -> None:
    """Wagtail keeps a zone of its own in another table: for this request ours is put over it."""
    profile = getattr(user, "wagtail_userprofile", None) or UserProfile(user=user)
    profile.current_time_zone = user.time_zone
