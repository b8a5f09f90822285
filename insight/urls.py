"""Addresses below /p/<slug>/ of: What the disagreements of a partnership amount to."""

from django.urls import URLPattern

app_name = "insight"

urlpatterns: list[URLPattern] = []
