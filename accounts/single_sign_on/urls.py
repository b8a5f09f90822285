"""The addresses of a partnership's single sign-ons, below /p/<slug>/administration/single-sign-on/."""

from django.urls import path

from . import views

app_name = "sign_on"

urlpatterns = [
    path("", views.sign_ons, name="list"),
    path("add/", views.add, name="add"),
    path("<slug:key>/", views.sign_on, name="one"),
    path("<slug:key>/change/", views.change, name="change"),
    path("<slug:key>/end/", views.end, name="end"),
    path("<slug:key>/try/", views.try_it, name="try"),
    path("<slug:key>/forget/<int:number>/", views.forget, name="forget"),
]
