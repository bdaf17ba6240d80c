"""What this app adds to the CMS."""

from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail_modeladmin.options import modeladmin_register

from assessments.choosers import assignment_chooser_viewset, quiz_chooser_viewset
from assessments.modeladmin import AssessmentsGroup

modeladmin_register(AssessmentsGroup)


@hooks.register("register_admin_viewset")
def register_choosers() -> list[ViewSet]:
    return [quiz_chooser_viewset, assignment_chooser_viewset]
