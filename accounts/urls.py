"""The demonstration's doors, and the pages on which a partnership arranges who sees what; signing in has its own addresses."""

from django.urls import path

from . import views
from .arranging import log
from .arranging.views import arrangements

app_name = "accounts"

urlpatterns = [
    path("demo/", views.demo, name="demo"),
    path("demo/mailbox/", views.account_mailbox, name="account_mailbox"),
    path("demo/mailbox/<int:number>/", views.account_mail, name="account_mail"),
    path("p/<slug:slug>/administration/arrangements/", arrangements, name="arrangements"),
    path("p/<slug:slug>/administration/log/", log.log, name="administration_log"),
]
