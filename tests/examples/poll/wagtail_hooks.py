from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail_modeladmin.options import modeladmin_register

from assessments.forms.work import WorkForm
from assessments.modeladmin.work import WorkAdmin, course_panel
from tests.examples.poll.models import Poll


@modeladmin_register
class PollAdmin(WorkAdmin):
    model = Poll
    menu_label = "Polls"
    menu_icon = "tasks"
    list_display = ("title", "course_title", "state", "yes_count", "no_count")
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            course_panel(),
            FieldPanel("question"),
            FieldPanel("completion"),
            FieldPanel("closes_at"),
            FieldPanel("published"),
        ],
        base_form_class=WorkForm,
    )
