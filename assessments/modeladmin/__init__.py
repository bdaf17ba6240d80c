"""Work in the CMS: what authors write, and what learners did with it."""

from django.utils.translation import gettext_lazy as _
from wagtail_modeladmin.options import ModelAdminGroup

from assessments.modeladmin.learners import AttemptAdmin, SubmissionAdmin
from assessments.modeladmin.work import AssignmentAdmin, QuestionAdmin, QuizAdmin


class AssessmentsGroup(ModelAdminGroup):
    """The menu "Assessments". A learner's row is never written from here."""

    menu_label = _("Assessments")
    menu_icon = "tasks"
    menu_order = 250
    items = (QuizAdmin, AssignmentAdmin, QuestionAdmin, SubmissionAdmin, AttemptAdmin)
