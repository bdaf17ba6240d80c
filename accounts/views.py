"""Pages of people: the profile, and redirects to the one sign-in page."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin.views.account import AccountView, NotificationsSettingsPanel, ThemeSettingsPanel

from accounts.forms import ProfileForm
from accounts.models import User
from accounts.permissions import Visitor, can_enter_cms
from core.responses import done, say_taken


@never_cache
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """`/admin/login/`: the academy has one sign-in page, and this isn't it."""
    return redirect_to_sign_in(request, may_enter=can_enter_cms, home="wagtailadmin_home")


@never_cache
def page_sign_in(request: HttpRequest) -> HttpResponse:
    """`/_util/login/`: Wagtail's own for pages, which would count no guesses."""
    return redirect_to_sign_in(request, may_enter=lambda visitor: True, home="dashboard")


def redirect_to_sign_in(
    request: HttpRequest, *, may_enter: Callable[[Visitor], bool], home: str
) -> HttpResponse:
    """To sign-in; signed in already to where one wanted to go; without the right 404.

    Only addresses of this host are followed.
    """
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = reverse(home)
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': target})}")
    if not may_enter(request.user):
        raise Http404
    return HttpResponseRedirect(target)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """One's own names, language and time zone."""
    # A form writes into its instance even where it refuses: the page's head shows what is stored.
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        say_taken(request, _("Your profile is saved."))
        return done(request, reverse("account_profile"), {"saved": True})
    return render(request, "accounts/profile.html", {"form": form})


class AdminPreferencesView(AccountView):
    """Wagtail's account page without what has its place in the academy's own pages."""

    def get_panels(self) -> list[object]:
        kept = (NotificationsSettingsPanel, ThemeSettingsPanel)
        return [panel for panel in super().get_panels() if isinstance(panel, kept)]
