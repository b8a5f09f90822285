"""The addresses of the API about figures, below /p/<slug>/api/v1/."""

from django.urls import URLPattern, path

from .api import figures, lists

app_name = "insight_api"

urlpatterns: list[URLPattern] = [
    path("insight/measures/", figures.MeasuresView.as_view(), name="measures"),
    path("insight/published/<slug:measure>/", figures.PublishedView.as_view(), name="published"),
    path("insight/figures/<slug:measure>/", figures.FigureView.as_view(), name="figure"),
    path("insight/behind/", lists.BehindView.as_view(), name="behind"),
    path("insight/silence/", lists.SilenceView.as_view(), name="silence"),
]
