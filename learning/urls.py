"""Addresses below /p/<slug>/ of: What was learned, followed until it changed something."""

from django.urls import URLPattern

app_name = "learning"

urlpatterns: list[URLPattern] = []
