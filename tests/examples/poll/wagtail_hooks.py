from wagtail_modeladmin.options import modeladmin_register

from assessments.modeladmin.work import WorkAdmin
from tests.examples.poll.models import Poll


@modeladmin_register
class PollAdmin(WorkAdmin):
    model = Poll
    list_display = ("title", "course_title", "state", "yes_count", "no_count")
