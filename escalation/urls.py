"""The addresses of one partnership's disagreements, below /p/<slug>/."""

from django.urls import path

from .views import acting, dashboard, disagreement

app_name = "escalation"

urlpatterns = [
    path("", dashboard.DashboardView.as_view(), name="dashboard"),
    # Practitioners: starting, raising, mine.
    # The partnership office: tracker, export, closures.
    # One disagreement. The verb comes last, so that no page above is taken for one.
    path("d/<str:reference>/", disagreement.DisagreementView.as_view(), name="disagreement"),
    path("d/<str:reference>/<slug:verb>/", acting.ActionView.as_view(), name="act"),
]
