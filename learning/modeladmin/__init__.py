"""The menu "Learning" of the CMS: courses, enrollments, course teams and subjects."""

from django.utils.translation import gettext_lazy as _
from wagtail_modeladmin.options import ModelAdminGroup

from learning.modeladmin.courses import CourseAdmin, SubjectAdmin
from learning.modeladmin.people import CourseTeamAdmin, EnrollmentAdmin

__all__ = ["CourseAdmin", "CourseTeamAdmin", "EnrollmentAdmin", "LearningGroup", "SubjectAdmin"]


class LearningGroup(ModelAdminGroup):
    """Each list holds only what its reader looks after."""

    menu_label = _("Learning")
    menu_icon = "openquote"
    menu_order = 200
    items = (CourseAdmin, EnrollmentAdmin, CourseTeamAdmin, SubjectAdmin)
