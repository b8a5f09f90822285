"""Addresses below /p/<slug>/ of: What the disagreements of a partnership amount to."""

from django.urls import URLPattern, path

from .views import behind, pages

app_name = "insight"

urlpatterns: list[URLPattern] = [
    path("insight/", pages.home, name="home"),
    path("insight/behind/", behind.listed, name="behind"),
    path("insight/<slug:theme>/", pages.theme, name="theme"),
]
