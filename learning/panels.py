"""Panels that the editor of a page shows besides its fields."""

from functools import cached_property

from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel

from learning.capabilities import Capability
from learning.models import CoursePage
from learning.selectors.placements import list_foreign


class ForeignActivitiesPanel(Panel):
    """Which activities of a lesson belong to another course, as they do after it was copied.

    Those of courses that the reader may not edit have no title here.
    """

    class BoundPanel(Panel.BoundPanel):
        template_name = "learning/admin/foreign_activities.html"

        def is_shown(self) -> bool:
            return bool(self.names)

        @cached_property
        def names(self) -> list[str]:
            foreign = list_foreign(self.instance) if self.instance.pk else []
            courses = {activity.course_id for activity in foreign}
            own = CoursePage.objects.where_can(self.request.user, Capability.EDIT)
            readable = set(own.filter(pk__in=courses).values_list("pk", flat=True))
            return [
                _("“%(title)s” of “%(course)s”")
                % {"title": activity.title, "course": activity.course.title}
                if activity.course_id in readable
                else _("An activity of another course")
                for activity in foreign
            ]
