"""The addresses for rehearsing a protocol, below /p/<slug>/."""

from django.urls import URLPattern, path

from . import views, views_replay, views_walk

app_name = "rehearsal"

urlpatterns: list[URLPattern] = [
    path("", views.index, name="index"),
    path("<int:number>/", views.timeline, name="timeline"),
    path("<int:number>/timeline.csv", views.timeline_file, name="timeline_file"),
    path("<int:number>/replay/", views_replay.replay, name="replay"),
    path("walk/", views_walk.walk, name="walk"),
    path("walk/<int:number>/", views_walk.walk_version, name="walk_version"),
    path("walk/be/", views_walk.be, name="be"),
    path("walk/clock/", views_walk.clock, name="clock"),
    path("walk/delete/", views_walk.delete, name="delete"),
]
