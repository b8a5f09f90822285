"""Addresses below /p/<slug>/ of keeping, destroying, disclosing and giving away what was recorded."""

from django.urls import URLPattern

app_name = "records"

urlpatterns: list[URLPattern] = []
