"""The addresses of endpoints for webhooks in the API, below /p/<slug>/api/v1/."""

from django.urls import path

from . import api

app_name = "webhooks_api"

urlpatterns = [
    path("webhooks/", api.EndpointsView.as_view(), name="webhooks"),
    path("webhooks/<int:number>/end/", api.EndView.as_view(), name="end_webhook"),
    path("webhooks/<int:number>/test/", api.TestView.as_view(), name="test_webhook"),
    path("webhooks/<int:number>/replay/", api.ReplayView.as_view(), name="replay_webhook"),
]
