"""The product's addresses, and below each partnership the bare views that its pages are held against."""

from django.urls import path

from config.urls import handler400, handler403, handler404, handler429, handler500
from config.urls import urlpatterns as product

from . import bare_form, floor

__all__ = ["handler400", "handler403", "handler404", "handler429", "handler500", "urlpatterns"]

urlpatterns = [
    path("p/<slug:slug>/bench/form/", bare_form.bare),
    path("p/<slug:slug>/bench/<slug:name>/", floor.bare),
    *product,
]
