"""Addresses below /p/<slug>/ of: What the disagreements of a partnership amount to."""

from django.urls import URLPattern, path

from .views import behind, comparison, pages, silent, taking

app_name = "insight"

urlpatterns: list[URLPattern] = [
    path("insight/", pages.home, name="home"),
    path("insight/behind/", behind.listed, name="behind"),
    path("insight/silence/", silent.silence, name="silence"),
    path("insight/silence/agencies/<slug:key>/", silent.expected, name="expected"),
    path("insight/comparison/", comparison.comparison, name="comparison"),
    path("insight/comparison/agree/", comparison.agree, name="agree"),
    path("insight/comparison/renew/", comparison.renew, name="renew"),
    path("insight/comparison/<int:number>/end/", comparison.end, name="end_agreement"),
    path("insight/<slug:theme>/", pages.theme, name="theme"),
    path("insight/<slug:theme>/take/<slug:kind>/", taking.take, name="take"),
]
