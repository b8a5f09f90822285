"""The addresses of the protocol editor, below /p/<slug>/administration/protocol/."""

from django.urls import URLPattern

app_name = "editor"

urlpatterns: list[URLPattern] = []
