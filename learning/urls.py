"""Addresses of the learning app, and which view shows which page of the tree."""

from django.urls import URLPattern, URLResolver, path, re_path

from learning.models import CourseIndexPage, CoursePage, LessonPage, ModulePage
from learning.registries import page_views
from learning.routing import serve_course_page
from learning.views import actions, activities, courses, documents, lessons

page_views.register(CourseIndexPage._meta.label, courses.show_catalogue)
page_views.register(CoursePage._meta.label, courses.show_course)
page_views.register(ModulePage._meta.label, courses.show_module)
page_views.register(LessonPage._meta.label, lessons.show_lesson)

urlpatterns: list[URLPattern | URLResolver] = [
    path("activities/<int:pk>/", activities.show_activity, name="activity"),
    path("courses/<int:pk>/enroll/", actions.enroll, name="enroll_course"),
    path("courses/<int:pk>/leave/", actions.leave, name="leave_course"),
    path("modules/<int:pk>/outline/", lessons.show_module_outline, name="module_outline"),
    path("lessons/<int:pk>/complete/", actions.complete, name="complete_lesson"),
    path("lessons/<int:pk>/reopen/", actions.reopen, name="reopen_lesson"),
]

# These stand before Wagtail's own, which they replace at their addresses.
root_urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^courses/((?:[\w\-]+/){0,3})\Z", serve_course_page, name="course_tree"),
    path("documents/<int:document_id>/<path:filename>", documents.serve_document),
]
