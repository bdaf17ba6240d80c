"""The CMS pages of work: wagtail-modeladmin's, closed where those leave a gap.

Whoever may not do something here is told that nothing is there, as everywhere in the academy.
"""

from typing import Any

from django.contrib.admin.utils import quote
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail_modeladmin.views import HistoryView, InstanceSpecificView

from accounts.models import User
from core.errors import Conflict
from learning.modeladmin.base import NothingThere, RemoveView


class PastView(HistoryView):
    def check_action_permitted(self, user: User) -> bool:
        if not self.permission_helper.user_can_edit_obj(user, self.instance):
            raise Http404
        return True


class ArchiveView(NothingThere, InstanceSpecificView):
    """Takes work out of use, or brings it back; asks before."""

    def check_action_permitted(self, user: User) -> bool:
        if not self.permission_helper.user_can_delete_obj(user, self.instance):
            raise Http404
        return True

    def get_page_title(self) -> str:
        return _("Restore") if self.instance.archived else _("Archive")

    @cached_property
    def action_url(self) -> str:
        return self.url_helper.get_action_url("archive", self.pk_quoted)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        admin = self.model_admin
        change = admin.restore if request.POST.get("restore") else admin.archive
        change(self.instance, by=request.user)
        words = (
            _("“%(title)s” is archived.")
            if self.instance.archived
            else _("“%(title)s” is in use again.")
        )
        messages.success(request, words % {"title": self.instance})
        return redirect(self.index_url)

    def get_template_names(self) -> list[str]:
        return ["modeladmin/assessments/archive.html"]


class WorkRemoveView(RemoveView):
    """Deletes what nobody used; for everything else it says why not, and offers to archive."""

    @cached_property
    def records(self) -> list[str]:
        return self.model_admin.count_records(self.instance)

    @cached_property
    def archive_url(self) -> str:
        return self.url_helper.get_action_url("archive", quote(self.instance.pk))

    def get_template_names(self) -> list[str]:
        """Of every app: wagtail-modeladmin would look below the model's own."""
        return ["modeladmin/assessments/delete.html"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        title = str(self.instance)
        try:
            self.model_admin.delete(self.instance, by=request.user)
        except Conflict as refusal:
            context = self.get_context_data(refusal=refusal.message)
            return self.render_to_response(context, status=refusal.status)
        messages.success(request, _("“%(title)s” is deleted.") % {"title": title})
        return redirect(self.index_url)
