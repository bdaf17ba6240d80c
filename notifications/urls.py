"""Addresses of notifications: only ever one's own."""

from django.urls import path

from notifications import views

urlpatterns = [
    path("", views.notification_list, name="notifications"),
    path("<int:notification_id>/read/", views.read, name="notification_read"),
    path("read-all/", views.read_all, name="notifications_read_all"),
]
