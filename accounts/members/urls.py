"""The addresses of letting people in and out, below /p/<slug>/administration/people/."""

from django.urls import path

from . import views

app_name = "members"

urlpatterns = [
    path("", views.people, name="people"),
    path("let-in/", views.let_in, name="let_in"),
    path("<int:number>/", views.person, name="person"),
    path("<int:number>/end/", views.let_out, name="let_out"),
    path("<int:number>/again/", views.let_in_again, name="let_in_again"),
    path("<int:number>/second-factors/", views.reset, name="reset"),
]
