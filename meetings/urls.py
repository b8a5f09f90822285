"""Addresses below /p/<slug>/ of: What goes before a sub-group and into a report."""

from django.urls import URLPattern

app_name = "meetings"

urlpatterns: list[URLPattern] = []
