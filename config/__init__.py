"""The composition root: settings, addresses and the Celery application, and nothing that decides anything."""

from .celery import app as celery_app

__all__ = ["celery_app"]
