"""The addresses of the demonstration's doors; signing in has its own, in sign_in_urls."""

from django.urls import path

from . import views

app_name = "accounts"

urlpatterns = [
    path("demo/", views.demo, name="demo"),
    path("demo/mailbox/", views.account_mailbox, name="account_mailbox"),
    path("demo/mailbox/<int:number>/", views.account_mail, name="account_mail"),
]
