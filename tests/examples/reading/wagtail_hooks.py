from typing import Any

from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail_modeladmin.options import modeladmin_register

from assessments.modeladmin.base import CourseRowsAdmin
from assessments.modeladmin.panels import course_panel
from assessments.modeladmin.rights import AuthorRights
from learning.capabilities import Capability
from learning.choosers import offer_courses
from learning.modeladmin.base import CourseFilter, CourseRowButtons
from learning.models import CoursePage
from tests.examples.reading.models import Book


class BookForm(WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_courses(
            self.fields["course"], CoursePage.objects.where_can(self.for_user, Capability.EDIT)
        )


@modeladmin_register
class BookAdmin(CourseRowsAdmin):
    """Its rows, its filter and its form hold only the reader's own courses; the rest is a 404."""

    model = Book
    menu_label = "Books"
    menu_icon = "open-book"
    permission_helper_class = AuthorRights
    button_helper_class = CourseRowButtons
    list_display = ("title", "author", "course")
    sortable_by = ("title",)
    list_filter = (CourseFilter,)
    list_select_related = ["course"]
    search_fields = ("title", "author")
    edit_handler = ObjectList(
        [FieldPanel("title"), FieldPanel("author"), course_panel()], base_form_class=BookForm
    )
