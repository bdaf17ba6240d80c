"""Who may do what in the lists and forms of the CMS: asks `permissions` and decides nothing."""

from typing import Any

from django.contrib.admin.utils import quote
from django.utils.translation import gettext as _
from wagtail_modeladmin.helpers import PermissionHelper

from accounts.models import User
from accounts.permissions import can_author
from assessments.models import Question
from assessments.permissions import can_author_work, can_edit_question
from learning.capabilities import Capability
from learning.modeladmin.base import CourseRowButtons
from learning.models import CoursePage

Button = dict[str, Any]


class AuthorRights(PermissionHelper):
    """Whoever writes courses sees the lists; leads, co-teachers and administrators change."""

    def user_can_list(self, user: User) -> bool:
        return can_author(user)

    def user_can_create(self, user: User) -> bool:
        return can_author(user) and CoursePage.objects.where_can(user, Capability.EDIT).exists()

    def user_can_edit_obj(self, user: User, obj: Any) -> bool:
        return can_author_work(user, obj.course)

    def user_can_delete_obj(self, user: User, obj: Any) -> bool:
        return self.user_can_edit_obj(user, obj)


class BankRights(AuthorRights):
    """Questions are written in their quiz; in the bank they are found and changed."""

    def user_can_edit_obj(self, user: User, obj: Question) -> bool:
        return can_edit_question(user, obj)

    def user_can_create(self, user: User) -> bool:
        return False


class LookingRights(AuthorRights):
    """What learners did is looked at here, and changed by nobody."""

    def user_can_create(self, user: User) -> bool:
        return False

    def user_can_edit_obj(self, user: User, obj: Any) -> bool:
        return False


class WorkButtons(CourseRowButtons):
    """Besides: to see it as a page, and to archive it."""

    def get_primary_button(self, obj: Any) -> Button | None:
        return self.edit_button(obj.pk) if self.may_change(obj) else self.view_button(obj)

    def get_buttons_for_obj(self, obj: Any, **kwargs: Any) -> list[Button]:
        classes = kwargs.get("classnames_add") or []
        buttons = [self.view_button(obj, classes)]
        if self.may_change(obj):
            buttons += [
                self.edit_button(obj.pk, classes),
                self.archive_button(obj, classes),
                self.delete_button(obj.pk, classes),
            ]
        return [button for button in buttons if button]

    def view_button(self, obj: Any, classes: list[str] | None = None) -> Button | None:
        return self._button(obj.get_absolute_url(), _("View"), _("See it as a page"), classes)

    def archive_button(self, obj: Any, classes: list[str] | None = None) -> Button:
        label = _("Restore") if obj.archived else _("Archive")
        url = self.url_helper.get_action_url("archive", quote(obj.pk))
        return self._button(url, label, label, classes)

    def _button(self, url: str, label: str, title: str, classes: list[str] | None) -> Button:
        names = self.finalise_classname([*(classes or []), "button-secondary"])
        return {"url": url, "label": label, "title": title, "classname": names}


class BankButtons(WorkButtons):
    """Questions have no page of their own."""

    def may_change(self, obj: Question) -> bool:
        if obj.course_id is None:
            return can_edit_question(self.request.user, obj)
        return super().may_change(obj)

    def view_button(self, obj: Any, classes: list[str] | None = None) -> None:
        return None
