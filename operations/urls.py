"""Where those who run the product look at it."""

from django.urls import path

from . import pages

app_name = "operations"
urlpatterns = [
    path("", pages.home, name="home"),
]
