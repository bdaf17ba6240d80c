"""Addresses of the dashboards."""

from django.urls import path

from home import views

urlpatterns = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/student/", views.student_dashboard, name="dashboard_student"),
    path("dashboard/teacher/", views.teacher_dashboard, name="dashboard_teacher"),
    path("dashboard/admin/", views.admin_dashboard, name="dashboard_admin"),
]
