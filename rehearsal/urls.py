"""The addresses for rehearsing a protocol, below /p/<slug>/."""

from django.urls import URLPattern, path

from . import views_walk

app_name = "rehearsal"

urlpatterns: list[URLPattern] = [
    path("walk/", views_walk.walk, name="walk"),
    path("walk/<int:number>/", views_walk.walk_version, name="walk_version"),
    path("walk/be/", views_walk.be, name="be"),
    path("walk/clock/", views_walk.clock, name="clock"),
    path("walk/delete/", views_walk.delete, name="delete"),
]
