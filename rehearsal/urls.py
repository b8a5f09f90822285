"""The addresses for rehearsing a protocol, below /p/<slug>/."""

from django.urls import URLPattern

app_name = "rehearsal"

urlpatterns: list[URLPattern] = []
