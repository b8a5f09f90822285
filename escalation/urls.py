"""The addresses of one partnership's disagreements, below /p/<slug>/."""

from django.urls import path

from .views import acting, closures, dashboard, disagreement, tracker

app_name = "escalation"

urlpatterns = [
    path("", dashboard.DashboardView.as_view(), name="dashboard"),
    # Practitioners: starting, raising, mine.
    # The partnership office: tracker, export, closures.
    path("tracker/", tracker.tracker, name="tracker"),
    path("tracker/export.csv", tracker.export, name="tracker_export"),
    path("administration/closures/", closures.closures, name="closures"),
    path("administration/closures/<str:day>/remove/", closures.remove_closure, name="remove_closure"),
    # One disagreement. The verb comes last, so that no page above is taken for one.
    path("d/<str:reference>/", disagreement.DisagreementView.as_view(), name="disagreement"),
    path("d/<str:reference>/<slug:verb>/", acting.ActionView.as_view(), name="act"),
]
