"""The addresses of a partnership's endpoints for webhooks, below /p/<slug>/administration/webhooks/."""

from django.urls import path

from . import views

app_name = "webhooks"

urlpatterns = [
    path("", views.endpoints, name="list"),
    path("add/", views.add, name="add"),
    path("<int:number>/", views.endpoint, name="one"),
    path("<int:number>/secret/", views.new_secret, name="secret"),
    path("<int:number>/test/", views.test, name="test"),
    path("<int:number>/again/", views.again, name="again"),
    path("<int:number>/on/", views.switch_on, name="on"),
    path("<int:number>/end/", views.end, name="end"),
]
