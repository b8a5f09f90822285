"""The addresses of the mailbox, below /p/<slug>/."""

from django.urls import path

from . import views

app_name = "notifications"

urlpatterns = [
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<int:number>/", views.message, name="message"),
]
