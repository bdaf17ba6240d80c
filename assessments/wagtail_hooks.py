"""What this app adds to the CMS."""

from wagtail_modeladmin.options import modeladmin_register

from assessments.modeladmin import AssessmentsGroup

modeladmin_register(AssessmentsGroup)
