"""Addresses of people: one door for everybody."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
]
